/** A database bigint that the contract carries as a number. Beyond 2^53 it would be silently another number. */
export function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit the contract's integers`);
  return value;
}
