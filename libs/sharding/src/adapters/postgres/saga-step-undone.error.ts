/** A step comes after it has been taken back. Its saga is on its way back or over: nothing may be done for it any more. */
export class SagaStepUndoneError extends Error {
  readonly code = 'saga-step-undone';
  readonly retryable = false;

  constructor(sagaId: string, step: string) {
    super(`${step} of the saga ${sagaId} has been taken back`);
    this.name = 'SagaStepUndoneError';
  }
}
