import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TopologyError } from '../topology.error.ts';
import { type Variables } from './interpolate.ts';
import { parseDotEnv } from './parse-dot-env.ts';

/** What the file's variables stand for: `.env` beside it, overruled by the process's environment, as with Compose. */
export function readVariables(folder: string, environment: NodeJS.ProcessEnv = process.env): Variables {
  const file = join(folder, '.env');
  const fromFile = existsSync(file) ? parseDotEnv(readText(file), environment, file) : {};
  return { ...fromFile, ...environment };
}

/** Editors on Windows put a byte order mark first, which the decoder skips; some write UTF-16, which it refuses. */
function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new TopologyError('invalid-dot-env', `cannot read ${file} as UTF-8: ${(cause as Error).message}`, {
      cause,
    });
  }
}
