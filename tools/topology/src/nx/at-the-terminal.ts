import { spawn } from 'node:child_process';
import { type RunNx } from './run-nx.ts';

/** Shows the output of Nx immediately. */
export const atTheTerminal: RunNx = ({ file, args, folder, environment }) => {
  const colors = process.stdout.isTTY && environment?.['NO_COLOR'] === undefined ? { FORCE_COLOR: '1' } : {};
  const child = spawn(file, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment, ...colors },
  });
  let output = '';
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.on('data', (chunk: Buffer) => {
      to.write(chunk);
      // Only the end of the output is needed, and a run of all tests writes a lot.
      output = (output + chunk.toString()).slice(-10_000);
    });
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
};
