import { ManagedProcess, type RunningTopology } from '@groundwork/topology';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));

export interface Program {
  /** Its path in the workspace. */
  readonly program: string;
  /** What the process and its log are called. */
  readonly name: string;
  /** Besides, or instead of, those of the replica. */
  readonly variables: NodeJS.ProcessEnv;
}

/** A process that the topology knows nothing of, with the environment of one of its replicas and its log beside theirs. */
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
