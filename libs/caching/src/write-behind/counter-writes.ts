import { type Appender, type AppendOptions } from './appender.ts';
import { type Bases } from './bases.ts';
import { InvalidWrite } from './errors.ts';
import { type Settlement } from './settlement.ts';
import { assertIdempotencyKey, assertWriteKey } from './valid-write.ts';
import { type Write, type WriteLog } from './write-log.ts';
import { type WriteStore } from './write-store.ts';

export interface AddOptions extends AppendOptions {
  /** Calls for a key with the same idempotency key add once. With it, the library repeats a call whose answer was lost. */
  readonly idempotencyKey?: string | undefined;
}

export interface CollectionParts {
  readonly name: string;
  readonly log: WriteLog;
  readonly store: WriteStore;
  readonly appender: Appender;
  readonly bases: Bases;
  readonly settlement: Settlement;
}

/** The sum of all pending amounts of a key stays exact below this amount. */
const LARGEST_AMOUNT = 2 ** 31 - 1;

/** Counters that are written behind: each key has a number. */
export class CounterWrites {
  readonly #parts: CollectionParts;

  constructor(parts: CollectionParts) {
    this.#parts = parts;
  }

  /**
   * Adds to the counter of a key. Resolves when the write is acknowledged: every later `read`, in any process, contains it.
   *
   * @throws {InvalidWrite} for an amount that is 0, fractional, or beyond 2^31 - 1, or an invalid key
   * @throws {WriteLogFull | WriteLogUnavailable | WriteBehindClosed} as `AppendOptions` says
   */
  async add(key: string, amount = 1, { idempotencyKey, ...options }: AddOptions = {}): Promise<void> {
    const { name, appender, store } = this.#parts;
    assertWriteKey(key);
    assertIdempotencyKey(idempotencyKey);
    if (!Number.isSafeInteger(amount) || amount === 0 || Math.abs(amount) > LARGEST_AMOUNT)
      throw new InvalidWrite(
        `amount: expected a whole number other than 0, of at most ${LARGEST_AMOUNT}, got ${amount}`,
      );
    const write: Write = { collection: name, key, change: { op: 'add', amount }, idempotencyKey };
    store.validate(write);
    await appender.append(write, options);
  }

  /**
   * Returns the number of a key: what the store has, and what is acknowledged and not applied yet. 0 without any.
   *
   * The log is asked first. A value of the store at a later position may contain what the log has counted; then both are read again,
   * after the log has forgotten what the store has applied.
   */
  async read(key: string): Promise<number> {
    const { name, log, bases, settlement } = this.#parts;
    assertWriteKey(key);
    for (;;) {
      const pending = await log.pending(name, key);
      const base = await bases.read(name, key, pending.floor);
      if (base.position <= pending.settled) return (base.value as number) + pending.sum;
      await settlement.settleWhatIsApplied();
    }
  }
}
