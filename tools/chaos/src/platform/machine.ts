import { availableParallelism, loadavg } from 'node:os';

/** The load of the machine before the platform started. */
export interface Machine {
  /** Number of processes that wanted a processor, averaged over a minute. */
  readonly load: number;
  readonly cores: number;
}

/**
 * Half of each processor must be free. Otherwise the latency of orders depends more on the other work than on moving slots.
 */
const QUIET_BELOW = 0.5;

export function machineNow(): Machine {
  return { load: loadavg()[0] as number, cores: availableParallelism() };
}

export function isQuiet({ load, cores }: Machine): boolean {
  return load <= cores * QUIET_BELOW;
}

/** Describes the load by other programs, for readers of the figures. */
export function describeLoad({ load, cores }: Machine = machineNow()): string {
  return `load ${load.toFixed(2)} on ${cores} cores at the start`;
}

export function describeMachine(machine: Machine): string {
  const what = describeLoad(machine);
  return isQuiet(machine)
    ? `${what}: quiet, so latency and waits are judged`
    : `${what}: not quiet (more than ${QUIET_BELOW} a core), so latency and waits are reported but not judged`;
}
