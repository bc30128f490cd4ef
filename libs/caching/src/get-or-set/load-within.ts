import { LoadTimeoutError } from '../errors/load-timeout.error.ts';

export type Load<T> = (signal: AbortSignal) => T | Promise<T>;

/** The loaded value; after `limitMs` the loader's signal is aborted and the key is free again, whatever the loader does. */
export async function loadWithin<T>(key: string, load: Load<T>, limitMs: number): Promise<T> {
  const abort = new AbortController();
  const { promise: expired, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    const timeout = new LoadTimeoutError(key, limitMs);
    reject(timeout);
    abort.abort(timeout);
  }, limitMs);
  try {
    return await Promise.race([load(abort.signal), expired]);
  } finally {
    clearTimeout(timer);
  }
}
