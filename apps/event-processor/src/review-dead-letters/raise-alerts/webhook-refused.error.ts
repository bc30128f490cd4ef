/** The 4xx statuses that do not refuse the request itself: timeout, too early, too many requests. */
const PASSING = new Set([408, 425, 429]);

/** The webhook responded with a status other than 2xx. */
export class WebhookRefusedError extends Error {
  readonly code = 'webhook-refused';
  readonly retryable = true;
  /** The webhook refuses this alert and would refuse the same request again. */
  readonly isOfAlert: boolean;
  /** When the webhook wants to be asked again, if it says so. */
  readonly retryAt: Date | undefined;

  /** @param retryAfter the header field: seconds, or an HTTP date (RFC 9110) */
  constructor(status: number, retryAfter: string | null) {
    super(`The webhook answered ${status}`);
    this.name = 'WebhookRefusedError';
    this.retryAt = retryAtOf(retryAfter);
    this.isOfAlert = status >= 400 && status < 500 && !PASSING.has(status);
  }
}

function retryAtOf(field: string | null): Date | undefined {
  if (field === null) return undefined;
  const time = /^\d+$/.test(field) ? Date.now() + Number(field) * 1_000 : Date.parse(field);
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
