/**
 * The answer, or a rejection with `expired()` after `limitMs`. Node runs due timers before it reads sockets, so after a
 * stall of the event loop an answer that has long arrived would lose to the clock: the sockets are read once more first.
 */
export function withinDeadline<T>(answer: Promise<T>, limitMs: number, expired: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(expired())), limitMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
