import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TopologyError } from '../topology.error.ts';
import { type Variables } from './interpolate.ts';
import { parseDotEnv } from './parse-dot-env.ts';

/**
 * Returns the values of the file's variables: `.env` beside the file, overridden by the process's environment, as in
 * Compose.
 */
export function readVariables(folder: string, environment: NodeJS.ProcessEnv = process.env): Variables {
  const file = join(folder, '.env');
  const fromFile = existsSync(file) ? parseDotEnv(readText(file), environment, file) : {};
  return { ...fromFile, ...environment };
}

/**
 * Editors on Windows write a byte order mark first, which the decoder skips; some write UTF-16, which the decoder rejects.
 */
function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    throw new TopologyError('invalid-dot-env', `cannot read ${file} as UTF-8: ${(cause as Error).message}`, {
      cause,
    });
  }
}
