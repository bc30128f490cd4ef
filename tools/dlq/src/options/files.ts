import { usageError } from '@groundwork/operator-cli';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** npm runs scripts in the root of the workspace, but a path is relative to the folder where npm was called. */
const fromHere = (path: string) => resolve(process.env['INIT_CWD'] ?? '.', path);

/**
 * Reads the JSON object in a file or, for `-`, on standard input.
 *
 * @throws {CliError} `usage`, naming what was found instead
 */
export async function readPayload(path: string): Promise<Record<string, unknown>> {
  const payload = parsed(path, path === '-' ? await text(process.stdin) : read(path));
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) {
    return payload as Record<string, unknown>;
  }
  const found = payload === null ? 'null' : Array.isArray(payload) ? 'an array' : `a ${typeof payload}`;
  throw usageError(`--payload ${path}: expected a JSON object, the data of the event, and found ${found}`);
}

/**
 * Writes a new file and never overwrites an existing one.
 *
 * @throws {CliError} `usage`
 */
export function writeNew(path: string, content: string | Buffer): string {
  const file = fromHere(path);
  try {
    writeFileSync(file, content, { flag: 'wx' });
  } catch (error) {
    throw usageError(`--save ${path}: cannot be written (${(error as Error).message})`);
  }
  return file;
}

function read(path: string): string {
  try {
    return readFileSync(fromHere(path), 'utf8');
  } catch (error) {
    throw usageError(`--payload ${path}: cannot be read (${(error as Error).message})`);
  }
}

function parsed(path: string, json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw usageError(`--payload ${path}: is not JSON (${(error as Error).message})`);
  }
}
