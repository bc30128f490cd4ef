import { type RunningTopology } from '../engine/running-topology.ts';
import { say } from '../host/say.ts';

/**
 * The first Ctrl-C (or SIGTERM, or a closed terminal) stops everything in order; the second one ends it by force. The death
 * of the parent process (kill -9 of npm) has the same effect as the first one, because the user can no longer press Ctrl-C.
 */
export function stopOnSignals(topology: RunningTopology): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) {
      await topology.killAll();
      process.exit(130);
    }
    isStopping = true;
    say('\nStopping …');
    await topology.down();
    say('Everything has stopped. npm run reset removes the data.');
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  if (process.env['GROUNDWORK_DETACHED'] === undefined) stopWithParent(() => isStopping || void stop());
}

function stopWithParent(stop: () => void): void {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || stop(), 1_000).unref();
}
