import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Logger, ProblemError } from '@groundwork/service-kit';
import { IdGenerator, IdsUnavailableError, type Slot } from '@groundwork/sharding';
import { type Shard } from '../storage/shard.ts';
import { type Shards } from '../storage/shards.ts';
import { WorkerLease } from './worker-lease.ts';

const LEASE_MS = 30_000;

interface IdSource {
  readonly shard: Shard;
  readonly lease: WorkerLease;
  readonly generator: IdGenerator;
}

/**
 * Makes the ids of rows, unique over all replicas: a worker number is leased on each shard, for that shard's slots.
 * `start` renews the leases in the background; without a lease, or with one that ran out, `next` renews it first, so ids
 * are there again with the first request after a shard has come back.
 */
export class Ids {
  private readonly sources: ReadonlyMap<Shard, IdSource>;
  private renewal: NodeJS.Timeout | undefined;

  constructor(
    private readonly shards: Shards,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly leaseMs = LEASE_MS,
  ) {
    const holder = `${hostname()}:${process.pid}:${randomUUID()}`;
    this.sources = new Map(
      shards.all.map((shard) => {
        const lease = new WorkerLease(shard, holder, leaseMs);
        const generator = new IdGenerator({ window: () => lease.window, now: () => lease.now() });
        return [shard, { shard, lease, generator }];
      }),
    );
  }

  start(): void {
    this.renewal ??= setInterval(() => void this.renewAll(), this.leaseMs / 3).unref();
    void this.renewAll();
  }

  stop(): void {
    clearInterval(this.renewal);
    this.renewal = undefined;
  }

  /** @throws {ProblemError} retryable, when the slot's shard cannot be reached or has no free worker number */
  async next(slot: Slot): Promise<string> {
    const { generator, lease } = this.sources.get(this.shards.ofSlot(slot)) as IdSource;
    try {
      return generator.next(slot);
    } catch (error) {
      if (!(error instanceof IdsUnavailableError)) throw error;
    }
    await lease.renew();
    try {
      return generator.next(slot);
    } catch (cause) {
      throw new ProblemError({ status: 503, code: 'unavailable', headers: { 'retry-after': '1' }, cause });
    }
  }

  private async renewAll(): Promise<void> {
    const renewals = [...this.sources.values()].map(({ shard, lease }) =>
      lease.renew().catch((error: unknown) => {
        this.logger.warn({ err: error, shard: shard.name }, 'the lease of the worker number is not renewed');
      }),
    );
    await Promise.all(renewals);
  }
}
