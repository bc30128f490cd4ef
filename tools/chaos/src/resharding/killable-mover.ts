import { type MoverStep } from '@groundwork/sharding';
import { eventually } from '@groundwork/testing';
import { type ManagedProcess, type RunningTopology } from '@groundwork/topology';
import { runInstead } from '../platform/run-instead.ts';

const STOP_WITHIN_MS = 20_000;
export const KILLED_WITHIN_MS = 90_000;
/** The start takes 2 s of CPU time, which takes over a minute on a machine with 20 runnable processes for each core. */
const READY_WITHIN_MS = 240_000;
const ANSWER_WITHIN_MS = 3_000;
const SERVICE = 'shard-mover';

/**
 * A mover that kills itself at a given step, in place of the topology's first mover. The topology's second mover stands by
 * and takes over, as in normal operation.
 */
export class KillableMover {
  readonly #topology: RunningTopology;
  #running: ManagedProcess | undefined;

  constructor(topology: RunningTopology) {
    this.#topology = topology;
  }

  /** Resolves when this mover is active and the other one stands by. */
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

  /** Resolves when the mover has killed itself at its step; rejects if it does not reach the step in time. */
  async killed(step: MoverStep, withinMs = KILLED_WITHIN_MS): Promise<void> {
    const running = this.#running;
    let end: string | undefined;
    void running?.exited.then(({ code, signal }) => (end = signal ?? `status ${code}`));
    await eventually(() => end !== undefined, { within: withinMs, every: 5 }).catch(() => {
      throw new Error(`the mover did not reach ${step} within ${withinMs / 1_000} s`);
    });
    if (end !== 'SIGKILL') throw new Error(`the mover ended with ${end} before it reached ${step}`);
  }

  /** Restores the topology's own first mover. */
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
      seen = checks['mover']?.detail ?? checks['mover']?.error ?? 'no state of the mover';
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
