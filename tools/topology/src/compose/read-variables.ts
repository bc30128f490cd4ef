import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { type Variables } from './interpolate.ts';

/** What the file's variables stand for: `.env` beside it, overruled by the process's environment, as with Compose. */
export function readVariables(folder: string, environment: NodeJS.ProcessEnv = process.env): Variables {
  const file = join(folder, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return { ...fromFile, ...environment };
}
