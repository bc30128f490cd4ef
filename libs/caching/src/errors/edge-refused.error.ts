/** The edge refuses the content of the purge, such as a tag or the size of the request. A repetition will be refused too. */
export class EdgeRefusedError extends Error {
  readonly code = 'cache-edge-refused';
  readonly retryable = false;

  constructor(fault: string, options?: ErrorOptions) {
    super(`the edge refused the purge: ${fault}`, options);
    this.name = 'EdgeRefusedError';
  }
}
