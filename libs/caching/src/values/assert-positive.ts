/** @throws {RangeError} for a value that is not finite and above 0 */
export function assertPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new RangeError(`${name}: expected a number above 0, got ${value}`);
}
