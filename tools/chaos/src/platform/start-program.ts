import { ManagedProcess, type RunningTopology } from '@groundwork/topology';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Program {
  /** Path in the workspace. */
  readonly program: string;
  /** The name of the process and of its log. */
  readonly name: string;
  /** Variables that are added to those of the replica, or replace them. */
  readonly variables: NodeJS.ProcessEnv;
}

/**
 * Starts a process that is not part of the topology, with the environment of one of its replicas. Its log is beside theirs.
 */
export function startProgram(
  topology: RunningTopology,
  service: string,
  replica: number,
  { program, name, variables }: Program,
): Promise<ManagedProcess> {
  const logs = dirname(topology.replicas(service)[replica - 1]?.logFile ?? '');
  return ManagedProcess.start(
    {
      file: process.execPath,
      args: [join(WORKSPACE, program)],
      folder: WORKSPACE,
      environment: { ...topology.environment(service, replica), NODE_ENV: 'production', ...variables },
    },
    join(logs, `${name}.log`),
  );
}
