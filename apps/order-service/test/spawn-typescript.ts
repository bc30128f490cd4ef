import { type ChildProcess } from 'node:child_process';
import { spawnProgram } from '@groundwork/testing';

export interface SpawnOptions {
  readonly args?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** Default: shown in the output of the test. */
  readonly stderr?: 'pipe' | 'inherit';
}

/** Starts a process that runs a TypeScript file of this app; `file` is relative to the folder of the app. */
export function spawnTypescript(
  file: string,
  { args = [], environment = {}, stderr = 'inherit' }: SpawnOptions = {},
): ChildProcess {
  return spawnProgram(new URL(`../${file}`, import.meta.url), args, { environment, stdout: 'pipe', stderr });
}

/** Returns the output of the process after it has exited successfully. */
export async function outputOf(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`the process ended with ${code}: ${Buffer.concat(chunks).toString()}`);
  return Buffer.concat(chunks).toString();
}
