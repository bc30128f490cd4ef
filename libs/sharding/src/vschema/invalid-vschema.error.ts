/** One fault of a VSchema. */
export interface VSchemaFault {
  /** JSON pointer (RFC 6901) from the root of the document. */
  readonly pointer: string;
  readonly detail: string;
}

/** A VSchema that cannot be used for routing. The error lists every fault with its place. */
export class InvalidVSchemaError extends Error {
  readonly code = 'invalid-vschema';
  readonly retryable = false;

  constructor(readonly faults: readonly VSchemaFault[]) {
    super(faults.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('\n'));
    this.name = 'InvalidVSchemaError';
  }
}
