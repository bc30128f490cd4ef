import { type RunningTopology } from '@groundwork/topology';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, type Victim } from './kill-plan.ts';

const READY_WITHIN_MS = 120_000;
/** Longer than the lease of the flusher (10 s): by then the other replica flushes. */
const FROZEN_MS = 12_000;
/** The second victim dies while the first one starts or is not started yet. */
const BETWEEN_MS = 300;
/** Writes are acknowledged and applied between two faults. */
const QUIET_MS = 1_000;

/** Injects one fault, and waits until all victims are healthy again. */
export async function injectFault(topology: RunningTopology, { kind, victims }: Fault): Promise<void> {
  if (kind === 'freeze') for (const victim of victims) await freeze(topology, victim);
  else
    for (const { service, replica } of victims) {
      await topology.kill(service, replica, 'SIGKILL', { restart: true });
      await pause(BETWEEN_MS * (0.5 + Math.random()));
    }
  for (const { service } of victims) await topology.waitHealthy(service, READY_WITHIN_MS);
  await pause(QUIET_MS);
}

async function freeze(topology: RunningTopology, { service, replica }: Victim): Promise<void> {
  await topology.kill(service, replica, 'SIGSTOP');
  try {
    await pause(FROZEN_MS);
  } finally {
    await topology.kill(service, replica, 'SIGCONT');
  }
}
