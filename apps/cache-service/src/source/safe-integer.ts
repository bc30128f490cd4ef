/**
 * Converts a bigint of the database to a number of the contract. Beyond 2^53, JavaScript would silently change the value.
 */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new RangeError(`${text} is beyond the safe integers of the contract`);
  return value;
}
