import { type ManagedProcess, type RunningTopology } from '@groundwork/topology';
import { startProgram } from './start-program.ts';

/**
 * Starts a process in place of one of the topology's replicas: the same program and address, with some different variables.
 */
export async function runInstead(
  topology: RunningTopology,
  service: string,
  replica: number,
  { program, variables }: { program: string; variables: NodeJS.ProcessEnv },
): Promise<ManagedProcess> {
  await topology.stop(service, replica);
  return startProgram(topology, service, replica, {
    program,
    name: `${service}-${replica}-instead`,
    variables: { INSTANCE_ID: `${service}-${replica}`, ...variables },
  });
}
