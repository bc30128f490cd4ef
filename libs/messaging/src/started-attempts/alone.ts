let before: Promise<unknown> = Promise.resolve();

/** One after the other in this process, over all partitions and groups: when it dies, there is one that was at work. */
export function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  const result = before.then(work);
  before = result.catch(() => undefined);
  return result;
}
