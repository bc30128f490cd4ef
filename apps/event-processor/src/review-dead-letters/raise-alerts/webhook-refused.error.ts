/** The 4xx statuses that do not refuse the request itself: timeout, too early, too many requests. */
const PASSING = new Set([408, 425, 429]);

/** The webhook responded with a status other than 2xx. */
export class WebhookRefusedError extends Error {
  readonly code = 'webhook-refused';
  readonly retryable = true;
  /** The webhook refuses this alert and would refuse the same request again. */
  readonly isOfAlert: boolean;

  constructor(status: number) {
    super(`The webhook answered ${status}`);
    this.name = 'WebhookRefusedError';
    this.isOfAlert = status >= 400 && status < 500 && !PASSING.has(status);
  }
}
