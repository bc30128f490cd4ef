/**
 * Returns the outcome of the work, or rejects with `expired()` after `limitMs`. Node runs due timers before it reads
 * sockets: after a stall of the event loop, the timer would win over an answer that has already arrived. So once the timer
 * fires, the sockets are read one more time before the work is abandoned.
 */
export async function withinDeadline<T>(
  work: PromiseLike<T> | T,
  limitMs: number,
  expired: () => Error,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let isSettled = false;
  const expire = () => {
    if (!isSettled) reject(expired());
  };
  const timer = setTimeout(() => setImmediate(expire), limitMs);
  timer.unref();
  Promise.resolve(work).then(resolve, reject);
  try {
    return await promise;
  } finally {
    isSettled = true;
    clearTimeout(timer);
  }
}
