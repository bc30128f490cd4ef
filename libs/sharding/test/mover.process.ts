/**
 * Runs a mover in a separate process: `mover.process.ts DIRECTORY_URL`. At `MOVER_KILL_AT` it sends itself `MOVER_SIGNAL`
 * (SIGKILL).
 */
import { TABLE_ROLES } from './small-shop.ts';
import { Mover } from '../src/adapters/postgres/resharding/mover.ts';

const [directoryUrl] = process.argv.slice(2);
const killAt = process.env['MOVER_KILL_AT'];
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

const mover = new Mover({
  directoryUrl: directoryUrl!,
  shardUrls: new Map(),
  name: { holder: 'test', pid: process.pid },
  tables: TABLE_ROLES,
  pace: { rowsPerSecond: 50_000, dutyCycle: 1 },
  logger: { info: () => undefined, warn: () => undefined },
  reached: (step) => {
    if (step === killAt) process.kill(process.pid, process.env['MOVER_SIGNAL'] ?? 'SIGKILL');
  },
});
await mover.run(stop.signal);
