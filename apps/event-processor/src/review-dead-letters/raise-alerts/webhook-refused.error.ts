/** Of the 4xx, those that say nothing of the request itself: timed out, too early, too many. */
const PASSING = new Set([408, 425, 429]);

/** The webhook answered, but not 2xx. */
export class WebhookRefusedError extends Error {
  readonly code = 'webhook-refused';
  readonly retryable = true;
  /** The webhook refuses this alert: the same request is refused again. */
  readonly isOfAlert: boolean;

  constructor(status: number) {
    super(`The webhook answered ${status}`);
    this.name = 'WebhookRefusedError';
    this.isOfAlert = status >= 400 && status < 500 && !PASSING.has(status);
  }
}
