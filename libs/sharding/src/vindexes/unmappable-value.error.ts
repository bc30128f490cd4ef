/** A value that the vindex gives no slot: not of the kind it maps, or outside of what it knows. */
export class UnmappableValueError extends Error {
  readonly code = 'unmappable-value';
  readonly retryable = false;

  constructor(
    readonly value: unknown,
    expected: string,
  ) {
    super(`${JSON.stringify(String(value))} is not ${expected}`);
    this.name = 'UnmappableValueError';
  }
}
