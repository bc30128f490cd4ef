import { IncompleteScatterError } from './incomplete-scatter.error.ts';
import { type Scattered } from './scatter.ts';

/**
 * Returns the value that a shard found. Returns undefined only if every shard answered and none has it.
 *
 * @throws {IncompleteScatterError} if no shard found it and not every shard answered
 */
export function foundIn<T>({ answers, failures, complete }: Scattered<T | undefined>): T | undefined {
  const found = answers.find(({ value }) => value !== undefined)?.value;
  if (found !== undefined || complete) return found;
  throw new IncompleteScatterError(
    failures.map(({ shard }) => shard),
    { cause: failures[0]?.error },
  );
}
