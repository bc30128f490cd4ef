/** The text of a slot map does not give every slot exactly one shard; the message names the place. */
export class InvalidSlotMapError extends Error {
  readonly code = 'invalid-slot-map';
  readonly retryable = false;

  constructor(detail: string) {
    super(detail);
    this.name = 'InvalidSlotMapError';
  }
}
