/**
 * Returns the answer, or rejects with `expired()` after `limitMs`. Node runs due timers before it reads sockets: after a
 * stall of the event loop, the timer would win over an answer that has already arrived. So the sockets are read once more
 * first.
 */
export function withinDeadline<T>(answer: Promise<T>, limitMs: number, expired: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => setImmediate(() => reject(expired())), limitMs);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
