import { AnotherAtWorkError } from './another-at-work.error.ts';

let atWork: Promise<void> | undefined;

/**
 * One at a time in this process, over all partitions and groups: when it dies, there is one that was at work.
 *
 * @throws {AnotherAtWorkError} instead, while another is at work: whoever waits for its end keeps no place of those who need not
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
