/** Every failure of the engine: `code` is stable, and the message says what to do about it. */
export class TopologyError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = 'TopologyError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
