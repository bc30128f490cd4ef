import { Backoff } from '@groundwork/dlq';
import { type SqlSession } from '@groundwork/messaging';

/** A webhook that says nothing has failed; the lease of an alert outlasts the attempt. */
const ATTEMPT_LIMIT_MS = 5_000;
const LEASE_MS = 30_000;
const IDLE_MS = 500;

const BACKOFF = new Backoff({ firstMs: 1_000, factor: 2, maxMs: 300_000, jitter: 0.2 });

interface AlertRow {
  readonly position: string;
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempts: number;
}

export interface AlertDelivery {
  readonly webhookUrl: string;
  readonly backoff?: Backoff;
  readonly failed?: (error: unknown, alert: string, delayMs: number) => void;
}

/**
 * Delivers the oldest alert, if it is due: an incident is never resolved before it was opened, whatever fails in between. The
 * alert is leased, not locked, while the webhook thinks; one whose deliverer died comes again after the lease, under the same
 * `Idempotency-Key`. It is deleted once the webhook has answered 2xx.
 *
 * @returns how many ms there is nothing to do
 */
export async function deliverAlert(session: SqlSession, delivery: AlertDelivery): Promise<number> {
  const alert = await lease(session);
  if (alert === undefined) return IDLE_MS;
  try {
    await post(delivery.webhookUrl, alert);
  } catch (error) {
    const delayMs = (delivery.backoff ?? BACKOFF).delayMs(alert.attempts);
    await session.query(
      `update alerts set next_attempt_at = now() + $2 * interval '1 ms' where position = $1`,
      [alert.position, delayMs],
    );
    delivery.failed?.(error, alert.id, delayMs);
    return 0;
  }
  await session.query('delete from alerts where position = $1', [alert.position]);
  return 0;
}

async function lease(session: SqlSession): Promise<AlertRow | undefined> {
  const leased = await session.query<[AlertRow[], number]>(
    `update alerts set attempts = attempts + 1, next_attempt_at = now() + $1 * interval '1 ms'
     where position = (select min(position) from alerts) and next_attempt_at <= now()
     returning position, id, body, attempts`,
    [LEASE_MS],
  );
  return leased[0][0];
}

async function post(url: string, { id, body }: AlertRow): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': id },
    body: JSON.stringify({ id, ...body }),
    redirect: 'error',
    signal: AbortSignal.timeout(ATTEMPT_LIMIT_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new WebhookRefusedError(response.status);
}

export class WebhookRefusedError extends Error {
  readonly code = 'webhook-refused';
  readonly retryable = true;

  constructor(status: number) {
    super(`The webhook answered ${status}`);
    this.name = 'WebhookRefusedError';
  }
}
