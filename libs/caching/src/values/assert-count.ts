/** @throws {RangeError} for a value that is not a whole number of at least `least` */
export function assertCount(name: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new RangeError(`${name}: expected a whole number of at least ${least}, got ${value}`);
}
