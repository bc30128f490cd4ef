/** The exit statuses of every command line, which scripts rely on; one may have more of its own. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  /** The platform cannot be reached, or what does the work is away. */
  unreachable: 5,
} as const;

/** What went wrong, in words that say what to do; `code` is stable, `status` is what the process ends with. */
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

/** Wrong usage: nothing was asked of the platform. */
export function usageError(message: string): CliError {
  return new CliError('usage', EXIT.usage, message);
}
