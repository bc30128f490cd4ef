import { type Clock, SYSTEM_CLOCK } from '@groundwork/resilience';
import { LoadTimeoutError } from '../errors/load-timeout.error.ts';
import { type LoadContext } from './load-context.ts';

export type Load<T> = (signal: AbortSignal, context: LoadContext<T>) => T | Promise<T>;

/** Returns the loaded value. After `limitMs` it aborts the loader's signal and rejects, even if the loader never ends. */
export async function loadWithin<T>(
  key: string,
  load: (signal: AbortSignal) => T | Promise<T>,
  limitMs: number,
  clock: Clock = SYSTEM_CLOCK,
): Promise<T> {
  const abort = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const cancel = clock.after(limitMs, () => {
    const timeout = new LoadTimeoutError(key, limitMs);
    reject(timeout);
    abort.abort(timeout);
  });
  try {
    return await Promise.race([load(abort.signal), expired]);
  } finally {
    cancel();
  }
}
