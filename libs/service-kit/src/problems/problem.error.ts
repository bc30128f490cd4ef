import { type FieldError, type Problem } from '@groundwork/contracts';
import { STATUS_CODES } from 'node:http';

export interface ProblemOptions {
  readonly status: number;
  /** Stable, kebab-case. Clients switch on it. */
  readonly code: string;
  /** A URI. Default: one that is made from `code`. */
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  /** Whether the same request may succeed later. Default: true for 429 and every 5xx but 500 and 501. */
  readonly retryable?: boolean;
  readonly errors?: readonly FieldError[];
  /** The names of the limits that deny the request. */
  readonly violatedPolicies?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An error with the problem document (RFC 9457) that answers the request. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly type: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly retryable: boolean;
  readonly errors: readonly FieldError[] | undefined;
  readonly violatedPolicies: readonly string[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(options: ProblemOptions) {
    super(options.detail ?? options.title ?? options.code, { cause: options.cause });
    this.name = 'ProblemError';
    this.status = options.status;
    this.code = options.code;
    this.type = options.type ?? `urn:groundwork:problem:${options.code}`;
    this.title = options.title ?? STATUS_CODES[options.status] ?? 'Error';
    this.detail = options.detail;
    this.retryable = options.retryable ?? (options.status === 429 || options.status > 501);
    this.errors = options.errors;
    this.violatedPolicies = options.violatedPolicies;
    this.headers = options.headers ?? {};
  }

  /** Returns the document. `instance` is the path of the request; `requestId` identifies the request in the logs. */
  toProblem(instance?: string, requestId?: string): Problem {
    return {
      type: this.type,
      title: this.title,
      status: this.status,
      code: this.code,
      ...(this.detail !== undefined && { detail: this.detail }),
      ...(instance !== undefined && { instance }),
      ...(requestId !== undefined && { requestId }),
      ...(this.status >= 429 && { retryable: this.retryable }),
      ...(this.errors !== undefined && { errors: [...this.errors] }),
      ...(this.violatedPolicies !== undefined && { 'violated-policies': [...this.violatedPolicies] }),
    };
  }
}
