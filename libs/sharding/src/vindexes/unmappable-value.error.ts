/** The vindex cannot map the value to a slot: the value has another type, or is outside the range that the vindex knows. */
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
