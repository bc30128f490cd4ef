/** Another runner owns the saga: this runner was silent for longer than its lease. */
export class SagaLeaseLostError extends Error {
  readonly code = 'saga-lease-lost';
  readonly retryable = true;

  constructor(id: string) {
    super(`another process has taken over the saga ${id}`);
    this.name = 'SagaLeaseLostError';
  }
}
