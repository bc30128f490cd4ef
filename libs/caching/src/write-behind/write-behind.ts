import { type Clock, LeasedSemaphore, type SemaphoreStore, SYSTEM_CLOCK } from '@groundwork/resilience';
import { type CacheManager } from '../cache-manager.ts';
import { quietly } from '../quietly.ts';
import { assertCount } from '../values/assert-count.ts';
import { assertTtl } from '../values/assert-names.ts';
import { Admission, type Loss } from './admission.ts';
import { Appender } from './appender.ts';
import { Bases } from './bases.ts';
import { type CollectionParts, CounterWrites } from './counter-writes.ts';
import { DocumentWrites } from './document-writes.ts';
import { Flusher } from './flusher.ts';
import { Settlement } from './settlement.ts';
import { type LogState, type WriteLog } from './write-log.ts';
import { type RefusedWrite, type WriteStore } from './write-store.ts';

export interface WriteBehindOptions {
  /** All processes with the same name share the log and its flusher. */
  readonly name: string;
  readonly log: WriteLog;
  readonly store: WriteStore;
  /** Decides which process flushes. */
  readonly leases: SemaphoreStore;
  /** Values of the store are read through it. Default: each read asks the store. */
  readonly cache?: CacheManager;
  /** How long the cache keeps a value that nothing invalidates. Default: 60 s. */
  readonly cacheTtlMs?: number;
  /** How many acknowledged writes may wait for the store. Default: 20,000. */
  readonly maxEntries?: number;
  /** How much memory they may use. It must be well below the memory of the log's server. Default: 16 MiB. */
  readonly maxBytes?: number;
  /** The largest document, as JSON text. Default: 256 KiB. */
  readonly maxDocumentBytes?: number;
  /** How long a caller waits for room in the log. Default: 1 s. */
  readonly maxWaitMs?: number;
  /** How many callers of this process may wait. Default: 1000. */
  readonly maxWaiting?: number;
  /** How many entries one transaction of the store applies. Default: 500. */
  readonly batchSize?: number;
  /** How long the flusher waits for more writes before it applies a batch that is not full. Default: 100 ms. */
  readonly lingerMs?: number;
  /** After this time, another process flushes in place of a killed one. Default: 10 s. */
  readonly leaseMs?: number;
  /** Receives each write that the store has refused for good and set aside. */
  readonly onRefused?: (refused: RefusedWrite) => void;
  /** Receives acknowledged writes that are lost: a server was replaced by an older one. */
  readonly onLoss?: (loss: Loss) => void;
  /** Receives each failure of the flusher, which tries again. */
  readonly onError?: (error: unknown, retryInMs: number) => void;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** What this process has done since it started. */
export interface WriteBehindStatistics {
  /** Entries that this process has applied to the store, after deduplication and combination, or set aside. */
  readonly applied: number;
  /** Transactions of the store. */
  readonly batches: number;
  readonly refused: number;
  readonly superseded: number;
  readonly repeated: number;
  /** Callers that wait for room at the moment. */
  readonly waiting: number;
}

type Options = Required<Omit<WriteBehindOptions, 'cache'>> & Pick<WriteBehindOptions, 'cache'>;

const DEFAULTS: Omit<Options, 'name' | 'log' | 'store' | 'leases'> = {
  ...{ cacheTtlMs: 60_000, maxEntries: 20_000, maxBytes: 16 * 2 ** 20, maxDocumentBytes: 256 * 1024 },
  ...{ maxWaitMs: 1_000, maxWaiting: 1_000, batchSize: 500, lingerMs: 100, leaseMs: 10_000 },
  ...{ onRefused: () => undefined, onLoss: () => undefined, onError: () => undefined },
  ...{ clock: SYSTEM_CLOCK, random: Math.random },
};

/** A batch is one transaction, and one call that removes its keys from the cache. */
const LARGEST_BATCH = 1_000;

/**
 * Writes to a log, and applies the writes to a slower store later, many in one transaction.
 *
 *     add, put, delete ──▶ log (durable, bounded) ──▶ flusher (one process) ──▶ store: effects and position in one transaction
 *                           ▲                                                     │
 *     read ─────────────────┴── what is pending, and the value of the store ◀─────┘
 *
 * A write is acknowledged when the log has it. Every read that starts later, in any process, contains it. Each acknowledged write
 * reaches the store exactly once, whichever process or server is killed in between.
 */
export class WriteBehind {
  readonly #log: WriteLog;
  readonly #appender: Appender;
  readonly #flusher: Flusher;
  readonly #parts: Omit<CollectionParts, 'name'>;
  readonly #maxDocumentBytes: number;
  readonly #counts = { applied: 0, batches: 0, refused: 0, superseded: 0, repeated: 0 };

  /** @throws {RangeError} for an invalid option */
  constructor(options: WriteBehindOptions) {
    const all = { ...DEFAULTS, ...options };
    assertOptions(all);
    const { name, log, store, cache, leases, clock, random, maxEntries, maxBytes } = all;
    const onLoss = (loss: Loss) => quietly(() => all.onLoss(loss));
    const admission = new Admission(log, store, onLoss);
    const bases = new Bases({ store, name, cache, ttlMs: all.cacheTtlMs });
    const settlement = new Settlement(log, store, bases);
    const { maxWaiting, maxWaitMs, batchSize, lingerMs } = all;
    const limits = { maxEntries, maxBytes };
    this.#log = log;
    this.#maxDocumentBytes = all.maxDocumentBytes;
    this.#appender = new Appender({ log, admission, limits, maxWaiting, maxWaitMs, clock });
    this.#parts = { log, store, appender: this.#appender, bases, settlement };
    this.#flusher = new Flusher({
      ...{ log, store, settlement, admission, clock, random, batchSize, lingerMs, onLoss },
      onError: (error, retryInMs) => quietly(() => all.onError(error, retryInMs)),
      onRefused: (refused) => quietly(() => all.onRefused(refused)),
      lease: new LeasedSemaphore({
        ...{ store: leases, name: `${name}:flusher`, permits: 1, leaseMs: all.leaseMs, clock },
      }),
      onApplied: ({ refused, superseded, repeated }, count) => {
        this.#counts.batches += 1;
        this.#counts.applied += count;
        this.#counts.refused += refused.length;
        this.#counts.superseded += superseded;
        this.#counts.repeated += repeated;
      },
    });
  }

  /** Starts to flush, as soon as this process gets the lease. Idempotent. */
  start(): void {
    this.#flusher.start();
  }

  counters(collection: string): CounterWrites {
    return new CounterWrites({ ...this.#parts, name: collection });
  }

  documents<T>(collection: string): DocumentWrites<T> {
    return new DocumentWrites<T>({ ...this.#parts, name: collection }, this.#maxDocumentBytes);
  }

  get statistics(): WriteBehindStatistics {
    return { ...this.#counts, waiting: this.#appender.waiting };
  }

  /** Returns how much is pending, over all processes. */
  async pending(): Promise<LogState> {
    return (await this.#log.read(Number.MAX_SAFE_INTEGER, 0)).state;
  }

  /**
   * Refuses new writes. If this process flushes, it applies what is pending, for at most `drainMs`; what is left stays in the log for
   * another process or the next start. Idempotent. Log, store and leases belong to the caller.
   */
  async close({ drainMs = 5_000 } = {}): Promise<void> {
    this.#appender.close();
    await this.#flusher.close(drainMs);
  }
}

function assertOptions(options: Options): void {
  if (options.name === '') throw new RangeError('name: expected text');
  assertTtl(options.cacheTtlMs);
  for (const name of ['maxEntries', 'maxBytes', 'maxDocumentBytes', 'batchSize'] as const)
    assertCount(name, options[name]);
  for (const name of ['maxWaiting', 'lingerMs'] as const) assertCount(name, options[name], 0);
  if (options.batchSize > LARGEST_BATCH)
    throw new RangeError(`batchSize: expected at most ${LARGEST_BATCH}, got ${options.batchSize}`);
  if (options.maxDocumentBytes > options.maxBytes / 4)
    throw new RangeError(
      'maxDocumentBytes: expected at most a quarter of maxBytes: a larger document might never find room',
    );
}
