import { IncompleteScatterError } from './incomplete-scatter.error.ts';
import { type Scattered } from './scatter.ts';

/**
 * What some shard found; undefined only when every shard was asked and none has it.
 *
 * @throws {IncompleteScatterError} when it was not found and not every shard answered
 */
export function foundIn<T>({ answers, failures, complete }: Scattered<T | undefined>): T | undefined {
  const found = answers.find(({ value }) => value !== undefined)?.value;
  if (found !== undefined || complete) return found;
  throw new IncompleteScatterError(
    failures.map(({ shard }) => shard),
    { cause: failures[0]?.error },
  );
}
