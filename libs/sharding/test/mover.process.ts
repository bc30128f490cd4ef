/** A mover as a process of its own: `mover.process.ts DIRECTORY_URL ROWS_PER_SECOND`; it kills itself at `MOVER_KILL_AT`. */
import { STAYING } from './small-shop.ts';
import { Mover } from '../src/adapters/postgres/resharding/mover.ts';

const [directoryUrl, rowsPerSecond] = process.argv.slice(2);
const killAt = process.env['MOVER_KILL_AT'];
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

const mover = new Mover({
  directoryUrl: directoryUrl!,
  shardUrls: new Map(),
  name: { holder: 'test', pid: process.pid },
  staying: STAYING,
  pace: { rowsPerSecond: Number(rowsPerSecond), dutyCycle: 1 },
  logger: {
    info: (fields, message) => process.stdout.write(`${JSON.stringify({ ...fields, message })}\n`),
    warn: (fields, message) => process.stdout.write(`${JSON.stringify({ ...fields, message })}\n`),
  },
  reached: (step) => {
    if (step === killAt) process.kill(process.pid, 'SIGKILL');
  },
});
await mover.run(stop.signal);
