import { type MoverStep } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { type ManagedProcess, type RunningTopology } from '@groundwork/topology';
import { runInstead } from '../platform/run-instead.ts';

const STOP_WITHIN_MS = 20_000;
const KILLED_WITHIN_MS = 90_000;
/** Starting takes 2 s of CPU, for which a machine with 20 runnable processes a core takes a minute and more. */
const READY_WITHIN_MS = 240_000;
const ANSWER_WITHIN_MS = 3_000;
const SERVICE = 'shard-mover';

/**
 * A mover that kills itself at a step, in the place of the topology's first; the topology's second stands by and takes over, as
 * it would without this.
 */
export class KillableMover {
  readonly #topology: RunningTopology;
  #running: ManagedProcess | undefined;

  constructor(topology: RunningTopology) {
    this.#topology = topology;
  }

  /** Resolves when it is at work and the other stands by. */
  async start(killAt: MoverStep): Promise<void> {
    await this.#running?.stop(STOP_WITHIN_MS);
    await this.#topology.stop(SERVICE);
    this.#running = await runInstead(this.#topology, SERVICE, 1, {
      program: 'apps/order-service/dist/mover.js',
      variables: { MOVER_KILL_AT: killAt },
    });
    await this.#untilMoverIs('at work', 1);
    await this.#topology.start(SERVICE, 2);
    await this.#untilMoverIs('standing by', 2);
  }

  /** Resolves when it has killed itself at the step it was started with; rejects when it never gets there. */
  async killed(step: MoverStep): Promise<void> {
    const running = this.#running;
    let end: string | undefined;
    void running?.exited.then(({ code, signal }) => (end = signal ?? `status ${code}`));
    await eventually(() => end !== undefined, { within: KILLED_WITHIN_MS, every: 5 }).catch(() => {
      throw new Error(`the mover never came to ${step}`);
    });
    if (end !== 'SIGKILL') throw new Error(`the mover ended with ${end} on its way to ${step}`);
  }

  /** Gives the topology its own first mover back. */
  async leave(): Promise<void> {
    if (this.#running === undefined) return;
    await this.#running.stop(STOP_WITHIN_MS);
    this.#running = undefined;
    await this.#topology.start(SERVICE);
    await this.#topology.waitHealthy(SERVICE);
  }

  async #untilMoverIs(role: string, replica: number): Promise<void> {
    const health = `${this.#topology.url(SERVICE, replica)}/health/ready`;
    let seen = 'no answer';
    const isSo = async () => {
      const answer = await fetch(health, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
      const { checks } = (await answer.json()) as {
        checks: Record<string, { detail?: string; error?: string }>;
      };
      seen = checks['mover']?.detail ?? checks['mover']?.error ?? 'no word of the mover';
      return seen === role;
    };
    await eventually(isSo, { within: READY_WITHIN_MS, every: 50 }).catch((error: unknown) => {
      const within = `${READY_WITHIN_MS / 1_000} s`;
      throw new Error(`${SERVICE}-${replica} was not ${role} within ${within}; last seen: ${seen}`, {
        cause: error,
      });
    });
  }
}
