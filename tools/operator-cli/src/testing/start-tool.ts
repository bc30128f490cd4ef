import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** The output and the exit status. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedTool {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartToolOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts a command line (the path of its `cli.ts`) as an operator does, on a machine where no platform of `npm start` runs.
 */
export function startTool(
  entry: string,
  args: readonly string[],
  { input = '', env }: StartToolOptions = {},
): StartedTool {
  const state = mkdtempSync(join('/tmp', 'groundwork-no-platform-'));
  const child = spawn(process.execPath, ['--conditions=@groundwork/source', entry, ...args], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      GROUNDWORK_STATE: state,
      OPERATOR_KEY: 'the-key',
      ...env,
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // The process may end without reading its input.
  child.stdin.on('error', () => undefined).end(input);
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (status) => {
      rmSync(state, { recursive: true });
      resolve({ status, stdout, stderr });
    }),
  );
  return { process: child, ended };
}
