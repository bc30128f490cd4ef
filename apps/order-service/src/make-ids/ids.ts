import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Logger, ProblemError } from '@groundwork/service-kit';
import { IdGenerator, IdsUnavailableError } from '@groundwork/sharding';
import { type Shard } from '../storage/shard.ts';
import { type Route, type Shards } from '../storage/shards.ts';
import { WorkerLease } from './worker-lease.ts';

const LEASE_MS = 30_000;
/** A call may share a running renewal that requested a shorter window, so it may need another renewal. */
const MAX_ATTEMPTS = 3;

interface IdSource {
  readonly lease: WorkerLease;
  readonly generator: IdGenerator;
}

/**
 * Makes the ids of rows, unique over all replicas: each replica leases a worker number on each shard, for the slots of that
 * shard. An id is valid for the route it was made for; a slot that has moved gets its ids from the new owner, later than all
 * ids of the old one. `start` renews the leases in the background. Without a valid lease, `next` renews it first, so ids are
 * available again with the first request after a shard has come back.
 */
export class Ids {
  private readonly sources = new Map<Shard, IdSource>();
  private readonly holder = `${hostname()}:${process.pid}:${randomUUID()}`;
  private renewal: NodeJS.Timeout | undefined;

  constructor(
    private readonly shards: Pick<Shards, 'all'>,
    private readonly logger: Pick<Logger, 'warn'>,
    private readonly leaseMs = LEASE_MS,
  ) {}

  start(): void {
    this.renewal ??= setInterval(() => void this.renewAll(), this.leaseMs / 3).unref();
    void this.renewAll();
  }

  stop(): void {
    clearInterval(this.renewal);
    this.renewal = undefined;
  }

  /** @throws {ProblemError} retryable, when the shard of the slot is unreachable or has no free worker number */
  async next({ slot, shard, idsAfterMs }: Pick<Route, 'slot' | 'shard' | 'idsAfterMs'>): Promise<string> {
    const { generator, lease } = this.sourceOf(shard);
    for (let attempt = 1; ; attempt++) {
      try {
        return generator.next(slot, idsAfterMs);
      } catch (error) {
        if (!(error instanceof IdsUnavailableError)) throw error;
        if (attempt === MAX_ATTEMPTS) {
          throw new ProblemError({
            status: 503,
            code: 'unavailable',
            headers: { 'retry-after': '1' },
            cause: error,
          });
        }
        await lease.renew(error.neededMs);
      }
    }
  }

  private sourceOf(shard: Shard): IdSource {
    let source = this.sources.get(shard);
    if (source === undefined) {
      const lease = new WorkerLease(shard, this.holder, this.leaseMs);
      source = { lease, generator: new IdGenerator({ window: () => lease.window, now: () => lease.now() }) };
      this.sources.set(shard, source);
    }
    return source;
  }

  private async renewAll(): Promise<void> {
    const { all } = this.shards;
    for (const shard of this.sources.keys()) if (!all.includes(shard)) this.sources.delete(shard);
    await Promise.all(
      all.map((shard) =>
        this.sourceOf(shard)
          .lease.renew()
          .catch((error: unknown) => {
            const fields = { err: error, shard: shard.name };
            this.logger.warn(
              fields,
              'lease of the worker number could not be renewed; retrying with the next renewal',
            );
          }),
      ),
    );
  }
}
