/**
 * The work's outcome, or a rejection with `expired()` after `limitMs`. Node runs due timers before it reads sockets, so
 * after a stall of the event loop an answer that has long arrived would lose to the clock: once the timer fires, the
 * sockets are read one more time before the work is given up.
 */
export async function withinDeadline<T>(
  work: PromiseLike<T> | T,
  limitMs: number,
  expired: () => Error,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => setImmediate(() => reject(expired())), limitMs);
  timer.unref();
  Promise.resolve(work).then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}
