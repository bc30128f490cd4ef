import { VirtualClock } from '@groundwork/testing';
import { type EdgeTier, type PurgeOptions } from '../src/edge/edge-tier.ts';
import { MemoryPurgeStore } from '../src/edge/memory-purge-store.ts';
import { PurgeQueue } from '../src/edge/purge-queue.ts';
import { PurgeWorker, type PurgeWorkerOptions } from '../src/edge/purge-worker.ts';

interface Call {
  readonly at: number;
  readonly names: readonly string[];
  readonly soft: boolean;
}

/** Workers of one queue in virtual time, and an edge that records its calls. */
export class PurgingWorkers {
  readonly clock = new VirtualClock();
  readonly store = new MemoryPurgeStore({ now: () => this.clock.monotonicMs() });
  readonly queue = new PurgeQueue(this.store);
  readonly calls: Call[] = [];
  readonly givenUp: string[] = [];
  readonly failures: unknown[] = [];
  readonly #workers: PurgeWorker[] = [];
  /** What the edge does with a call. */
  answer: (names: readonly string[], options: PurgeOptions) => Promise<void> | void = () => undefined;

  /** @param limits the sizes of calls that the edge states */
  start({
    limits = {},
    ...options
  }: Partial<PurgeWorkerOptions> & { limits?: Partial<EdgeTier> } = {}): PurgeWorker {
    const ask = async (names: readonly string[], purge: PurgeOptions = {}) => {
      this.calls.push({ at: this.clock.monotonicMs(), names, soft: purge.soft === true });
      await this.answer(names, purge);
    };
    const worker = new PurgeWorker({
      ...{ store: this.store, edge: { purge: ask, purgeTags: ask, ...limits } },
      ...{ clock: this.clock, random: () => 1, secondPurgeMs: 2_000 },
      onGivenUp: (targets) => void this.givenUp.push(...targets.map(({ name }) => name)),
      onFailure: (error) => this.failures.push(error),
      ...options,
    });
    this.#workers.push(worker);
    return worker;
  }

  get times(): number[] {
    return this.calls.map(({ at }) => at);
  }

  get names(): (readonly string[])[] {
    return this.calls.map(({ names }) => names);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.close()));
  }
}
