/** A JSON text in which an object has a name twice. Readers disagree on which value counts (RFC 8259, section 4). */
export class DuplicateNamesError extends Error {
  readonly code = 'duplicate-names';
  readonly retryable = false;

  /** @param pointers JSON pointers (RFC 6901) of the second and later occurrences */
  constructor(readonly pointers: readonly string[]) {
    super(`written twice: ${pointers.join(', ')}`);
    this.name = 'DuplicateNamesError';
  }
}
