import { usageError } from '@groundwork/operator-cli';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** npm runs scripts in the root of the workspace; a path is meant from where npm was called. */
const fromHere = (path: string) => resolve(process.env['INIT_CWD'] ?? '.', path);

/** The JSON object in a file, or, for `-`, on standard input. @throws {CliError} `usage`, saying what was found instead */
export async function readPayload(path: string): Promise<Record<string, unknown>> {
  const payload = parsed(path, path === '-' ? await text(process.stdin) : read(path));
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) {
    return payload as Record<string, unknown>;
  }
  const found = payload === null ? 'null' : Array.isArray(payload) ? 'an array' : `a ${typeof payload}`;
  throw usageError(`--payload ${path}: expected a JSON object, the data of the event, and found ${found}`);
}

/** Leaves a file that is there as it is. @throws {CliError} `usage` */
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
    throw usageError(`--payload ${path}: is no JSON (${(error as Error).message})`);
  }
}
