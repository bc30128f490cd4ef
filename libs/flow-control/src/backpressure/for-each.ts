import { KeyedExecutor, type RunAgain, type Task } from '../keyed-executor/keyed-executor.ts';
import { type BackpressureStream, type Held } from './backpressure-stream.ts';

/** An item whose work has failed. */
export interface FailedWork<T> {
  readonly item: T;
  readonly error: unknown;
  /** The number of attempts so far: 1 after the first. */
  readonly attempts: number;
}

/** The reaction to a failure: the whole stream fails, the item is skipped, or it is retried while its key waits. */
export type Verdict = 'fail' | 'skip' | { readonly retryInMs: number };

export interface ForEachOptions<T> {
  /** The maximum number of items in progress at once (default 1). */
  readonly concurrency?: number;
  /** Items of one key are processed one after the other, in order. Without it, order is kept only at a concurrency of 1. */
  readonly keyOf?: (item: T) => string;
  /** Default: the stream fails. */
  readonly onError?: (failed: FailedWork<T>) => Verdict;
}

export interface ForEachSummary {
  readonly handled: number;
  readonly skipped: number;
}

/**
 * Works on every item of a stream, on several at once. An item is held until its work has ended. So the stream's watermarks
 * bound all items together: those in progress, those that wait for their key and those that wait for a retry.
 *
 * When it rejects, all running work has ended, no other work was started, and the source is closed.
 *
 * @throws the error of the work, unless `onError` decides otherwise; the error of the source; the reason of an abort
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
    // Closes in the same turn, so that the next item does not start before the failure is handled.
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
