/** The edge refuses the purge: the token, the service or the request is wrong. A repetition will be refused too. */
export class EdgeRefusedError extends Error {
  readonly code = 'cache-edge-refused';
  readonly retryable = false;

  constructor(fault: string, options?: ErrorOptions) {
    super(`the edge refused the purge: ${fault}`, options);
    this.name = 'EdgeRefusedError';
  }
}
