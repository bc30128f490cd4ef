/** Calls `work` at an interval; a call is skipped while the previous one runs. `work` must not reject. */
export function every(ms: number, work: () => Promise<void> | void): { stop(): void } {
  let isAtWork = false;
  const timer = setInterval(() => {
    if (isAtWork) return;
    isAtWork = true;
    void Promise.resolve(work()).finally(() => (isAtWork = false));
  }, ms);
  return { stop: () => clearInterval(timer) };
}
