import { availableParallelism, loadavg } from 'node:os';

/** How busy the machine was before the platform was started. */
export interface Machine {
  /** Processes that wanted a processor, the mean of a minute. */
  readonly load: number;
  readonly cores: number;
}

/** Half of a processor in two must be free, or what orders take says more about the other work than about slots that move. */
const QUIET_BELOW = 0.5;

export function machineNow(): Machine {
  return { load: loadavg()[0] as number, cores: availableParallelism() };
}

export function isQuiet({ load, cores }: Machine): boolean {
  return load <= cores * QUIET_BELOW;
}

/** What else the machine had to do, for who reads the figures. */
export function describeLoad({ load, cores }: Machine = machineNow()): string {
  return `load ${load.toFixed(2)} on ${cores} cores at the start`;
}

export function describeMachine(machine: Machine): string {
  const what = describeLoad(machine);
  return isQuiet(machine)
    ? `${what}: quiet, so latency and waits are judged`
    : `${what}: not quiet (more than ${QUIET_BELOW} a core), so latency and waits are told, not judged`;
}
