import { KeyedExecutor, type RunAgain, type Task } from '../keyed-executor/keyed-executor.ts';
import { type BackpressureStream, type Held } from './backpressure-stream.ts';

/** Work on an item that has failed. */
export interface FailedWork<T> {
  readonly item: T;
  readonly error: unknown;
  /** How often it was tried: 1 after the first time. */
  readonly attempts: number;
}

/** What becomes of it: the whole stream fails, the item is left out, or it is tried again while its key waits. */
export type Verdict = 'fail' | 'skip' | { readonly retryInMs: number };

export interface ForEachOptions<T> {
  /** How many items are worked on at once (default 1). */
  readonly concurrency?: number;
  /** Items of one key are worked on one after the other, in order. Without it order is kept only at a concurrency of 1. */
  readonly keyOf?: (item: T) => string;
  /** Default: the stream fails. */
  readonly onError?: (failed: FailedWork<T>) => Verdict;
}

export interface ForEachSummary {
  readonly handled: number;
  readonly skipped: number;
}

/**
 * Works on every item of a stream, on several at once. An item is held until its work has ended, so the stream's watermarks
 * bound what is being worked on, what waits for its key and what waits for a retry, all together.
 *
 * When it rejects, whatever ran has ended and nothing else was begun; the source is closed.
 *
 * @throws the error of the work, unless the policy says otherwise; what the source threw; the reason of the stream's `abort`
 */
export async function forEach<T>(
  stream: BackpressureStream<T>,
  work: (item: T) => unknown,
  {
    concurrency = 1,
    keyOf = concurrency === 1 ? allOfOneKey : eachOfItsOwn(),
    onError = failing,
  }: ForEachOptions<T> = {},
): Promise<ForEachSummary> {
  const executor = new KeyedExecutor({ concurrency });
  const summary = { handled: 0, skipped: 0 };
  const failure = Promise.withResolvers<never>();

  const fail = (error: unknown): undefined => {
    // At once, or the next item would be begun before anybody hears of it.
    void executor.close();
    failure.reject(error);
  };

  const taskOf = ({ item, release }: Held<T>): Task => {
    let attempts = 0;
    const afterError = async (error: unknown): Promise<RunAgain | undefined> => {
      const verdict = onError({ item, error, attempts });
      if (typeof verdict === 'object') return { againInMs: verdict.retryInMs };
      if (verdict === 'fail') throw error;
      summary.skipped += 1;
      release();
      return undefined;
    };
    return async () => {
      attempts += 1;
      try {
        await work(item);
      } catch (error) {
        return afterError(error).catch(fail);
      }
      summary.handled += 1;
      release();
      return undefined;
    };
  };

  const workThrough = async () => {
    for (let held = await stream.take(); held !== undefined; held = await stream.take()) {
      executor.submit(keyOf(held.item), taskOf(held));
    }
    await executor.whenIdle();
  };

  try {
    await Promise.race([workThrough(), failure.promise]);
    return summary;
  } catch (error) {
    stream.abort(error);
    throw error;
  } finally {
    await executor.close();
  }
}

const failing = (): Verdict => 'fail';
const allOfOneKey = () => '';

function eachOfItsOwn(): () => string {
  let next = 0;
  return () => String(next++);
}
