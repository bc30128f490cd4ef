import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** What `npm start` runs: npm would not pass a signal on. */
const COMMAND = ['tools/run.mjs', 'tools/topology/src/cli.ts', 'start'];
/** The last line that `npm start` prints before it waits for Ctrl-C. */
const LAST_LINE = /^Ctrl-C stops everything/;

/**
 * Runs `npm start` until its order is confirmed, then stops it.
 *
 * @returns its output, from the line that names the services; folders of this machine are shortened to `…`
 * @throws Error with the output, if it ends before its last line
 */
export async function recordStart(workspace: string): Promise<string> {
  const run = spawn(process.execPath, COMMAND, { cwd: workspace, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(run, 'exit');
  const lines: string[] = [];
  let isComplete = false;
  for await (const line of createInterface({ input: run.stdout })) {
    process.stdout.write(`${line}\n`);
    lines.push(line);
    if (!LAST_LINE.test(line)) continue;
    isComplete = true;
    run.kill('SIGTERM');
    break;
  }
  await ended;
  if (!isComplete) throw new Error(`npm start ended before its order was confirmed:\n${lines.join('\n')}`);
  return `${shorten(lines.slice(lines.findIndex((line) => line.startsWith('Starting '))))}\n`;
}

function shorten(lines: readonly string[]): string {
  return lines.join('\n').replaceAll(/(?<=logs: )\S+/g, '…');
}
