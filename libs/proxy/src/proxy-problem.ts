export interface ProxyProblemOptions {
  readonly status: number;
  /** Stable, kebab-case. Clients switch on it. */
  readonly code: string;
  /** For people: what the client must change. It never contains an internal address. */
  readonly detail: string;
  /** Header fields of the response. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The proxy answers a request itself, with a problem document (RFC 9457), instead of forwarding it. */
export class ProxyProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, code, detail, headers = {}, cause }: ProxyProblemOptions) {
    super(detail, { cause });
    this.name = 'ProxyProblem';
    this.status = status;
    this.code = code;
    this.detail = detail;
    this.retryable = status === 429 || status > 501;
    this.headers = headers;
  }
}
