/** The exit statuses common to every command line; scripts rely on them. A command line may define more. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  /** The platform, or the service that does the work, cannot be reached. */
  unreachable: 5,
} as const;

/** An error whose message says what to do. `code` is stable; `status` is the exit status of the process. */
export class CliError extends Error {
  readonly code: string;
  readonly status: number;
  readonly retryable: boolean;

  constructor(
    code: string,
    status: number,
    message: string,
    { retryable = false, ...options }: ErrorOptions & { retryable?: boolean } = {},
  ) {
    super(message, options);
    this.name = 'CliError';
    this.code = code;
    this.status = status;
    this.retryable = retryable;
  }
}

/** Wrong usage: no request was sent to the platform. */
export function usageError(message: string): CliError {
  return new CliError('usage', EXIT.usage, message);
}
