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

export function describeMachine(machine: Machine): string {
  const what = `load ${machine.load.toFixed(2)} on ${machine.cores} cores at the start`;
  return isQuiet(machine)
    ? `${what}: quiet, so latency and waits are judged`
    : `${what}: not quiet (more than ${QUIET_BELOW} a core), so latency and waits are told, not judged`;
}
