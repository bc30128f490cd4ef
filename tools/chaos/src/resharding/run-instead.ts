import { ManagedProcess, type RunningTopology } from '@groundwork/topology';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));

/** A process in the place of one of the topology's replicas: the same program and address, some variables of its own. */
export async function runInstead(
  topology: RunningTopology,
  service: string,
  replica: number,
  { program, variables }: { program: string; variables: NodeJS.ProcessEnv },
): Promise<ManagedProcess> {
  await topology.stop(service, replica);
  const logs = dirname(topology.replicas(service)[replica - 1]?.logFile ?? '');
  return ManagedProcess.start(
    {
      file: process.execPath,
      args: [join(WORKSPACE, program)],
      folder: WORKSPACE,
      environment: {
        ...topology.environment(service, replica),
        NODE_ENV: 'production',
        INSTANCE_ID: `${service}-${replica}`,
        ...variables,
      },
    },
    join(logs, `${service}-${replica}-instead.log`),
  );
}
