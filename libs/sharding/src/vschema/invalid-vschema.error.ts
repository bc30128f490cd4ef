/** One thing that is wrong with a VSchema. */
export interface VSchemaFault {
  /** RFC 6901, from the root of the document. */
  readonly pointer: string;
  readonly detail: string;
}

/** A VSchema that cannot be routed by. It names every fault that was found, and where. */
export class InvalidVSchemaError extends Error {
  readonly code = 'invalid-vschema';
  readonly retryable = false;

  constructor(readonly faults: readonly VSchemaFault[]) {
    super(faults.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`).join('\n'));
    this.name = 'InvalidVSchemaError';
  }
}
