import { AnotherAtWorkError } from './another-at-work.error.ts';

let atWork: Promise<void> | undefined;

/**
 * Runs one suspect event at a time in this process, over all partitions and groups: a death then counts against one event.
 *
 * @throws {AnotherAtWorkError} instead, while another one runs: the caller waits for its end without occupying a handler
 */
export async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  if (atWork !== undefined) throw new AnotherAtWorkError(atWork);
  const { promise, resolve } = Promise.withResolvers<void>();
  atWork = promise;
  try {
    return await work();
  } finally {
    atWork = undefined;
    resolve();
  }
}
