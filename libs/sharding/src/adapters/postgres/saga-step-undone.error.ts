/** A step arrives after its compensation. Its saga is compensating or has ended, so the step must have no effect. */
export class SagaStepUndoneError extends Error {
  readonly code = 'saga-step-undone';
  readonly retryable = false;

  constructor(sagaId: string, step: string) {
    super(`${step} of the saga ${sagaId} has already been compensated, so it is refused`);
    this.name = 'SagaStepUndoneError';
  }
}
