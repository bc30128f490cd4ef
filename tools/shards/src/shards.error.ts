/** The exit statuses of the command line, which scripts rely on. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  /** Both sides of a move differ, or something else keeps it from being switched. */
  faulty: 4,
  /** The platform cannot be reached, or nobody moves anything. */
  unreachable: 5,
} as const;

/** What went wrong, in words that say what to do; `code` is stable. */
export class ShardsError extends Error {
  readonly retryable = false;
  readonly code: string;
  readonly status: number;

  constructor(code: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ShardsError';
    this.code = code;
    this.status = status;
  }
}
