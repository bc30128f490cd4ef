import { type MoverStep } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { ManagedProcess, type RunningTopology } from '@groundwork/topology';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const STOP_WITHIN_MS = 20_000;

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

/** The mover of a topology, started by the drill itself so that it can be killed at any of its steps. */
export class MoverProcess {
  readonly #topology: RunningTopology;
  #running: ManagedProcess | undefined;

  constructor(topology: RunningTopology) {
    this.#topology = topology;
  }

  async start(killAt?: MoverStep): Promise<void> {
    this.#running = await runInstead(this.#topology, 'shard-mover', 1, {
      program: 'apps/order-service/dist/mover.js',
      variables: killAt === undefined ? {} : { MOVER_KILL_AT: killAt },
    });
  }

  /** Resolves when it has killed itself at the step it was started with; rejects when it never gets there. */
  async killed(step: MoverStep, within: number): Promise<void> {
    const running = this.#running;
    let end: string | undefined;
    void running?.exited.then(({ code, signal }) => (end = signal ?? `status ${code}`));
    await eventually(() => end !== undefined, { within, every: 20 }).catch(() => {
      throw new Error(`the mover never came to ${step}`);
    });
    if (end !== 'SIGKILL') throw new Error(`the mover ended with ${end} on its way to ${step}`);
  }

  async stop(): Promise<void> {
    await this.#running?.stop(STOP_WITHIN_MS);
  }
}
