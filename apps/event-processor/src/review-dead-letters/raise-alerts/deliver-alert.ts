import { Backoff } from '@groundwork/dlq';
import { type SqlSession } from '@groundwork/messaging';
import { AcquireRefused, type TokenBucket } from '@groundwork/rate-limiting';
import { WebhookRefusedError } from './webhook-refused.error.ts';

/** The timeout of an attempt. The lease of an alert is longer. */
const ATTEMPT_LIMIT_MS = 5_000;
const LEASE_MS = 30_000;
const IDLE_MS = 500;

/** How often the webhook may refuse an alert before it is stored as failed: a wrong configuration may be temporary. */
const MOST_REFUSALS = 3;

const BACKOFF = new Backoff({ firstMs: 1_000, factor: 2, maxMs: 300_000, jitter: 0.2 });

interface AlertRow {
  readonly position: string;
  readonly id: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly attempts: number;
  readonly refusals: number;
}

export interface AlertDelivery {
  readonly webhookUrl: string;
  readonly backoff?: Backoff;
  /** Limits the requests to the webhook, and is paused when the webhook asks for it. */
  readonly limit?: Pick<TokenBucket, 'acquire' | 'pauseUntil'>;
  readonly failed?: (error: unknown, alert: string, delayMs: number) => void;
  readonly gaveUp?: (error: unknown, alert: string) => void;
}

/**
 * Delivers the oldest alert if it is due, so `resolved` never arrives before `opened`, even after failures. The alert is
 * leased, not locked, during the request to the webhook. After a crash it is delivered again when its lease expires, under
 * the same `Idempotency-Key`. It is deleted once the webhook has responded with 2xx.
 *
 * An alert that the webhook refuses (4xx) has its own retry time and delays only the later alerts about its type of event.
 * After the third refusal it is stored as failed, with the reason. While the webhook is down, all alerts wait. When it answers
 * with `Retry-After`, this process sends it no alert before that time.
 *
 * @returns how many ms to wait before the next call
 */
export async function deliverAlert(session: SqlSession, delivery: AlertDelivery): Promise<number> {
  // Before the lease, which would expire during a long wait.
  const waitMs = await delivery.limit?.acquire(1, { timeoutMs: 0 }).then(undefined, waitOf);
  if (waitMs !== undefined) return waitMs;
  const alert = await lease(session);
  if (alert === undefined) return IDLE_MS;
  try {
    await post(delivery.webhookUrl, alert);
  } catch (error) {
    await noteFailure(session, delivery, alert, error);
    return 0;
  }
  await session.query('delete from alerts where position = $1', [alert.position]);
  return 0;
}

/** @throws any error but a refusal of the limit */
function waitOf(error: unknown): number {
  if (!(error instanceof AcquireRefused)) throw error;
  return error.retryAfterMs ?? IDLE_MS;
}

async function noteFailure(
  session: SqlSession,
  { backoff = BACKOFF, limit, failed, gaveUp }: AlertDelivery,
  { id, position, attempts, refusals }: AlertRow,
  error: unknown,
): Promise<void> {
  if (error instanceof WebhookRefusedError && error.retryAt !== undefined) limit?.pauseUntil(error.retryAt);
  const isRefusal = error instanceof WebhookRefusedError && error.isOfAlert;
  if (isRefusal && refusals + 1 >= MOST_REFUSALS) {
    await session.query(
      'update alerts set refusals = refusals + 1, failed_at = now(), failure = $2 where position = $1',
      [position, error.message],
    );
    gaveUp?.(error, id);
    return;
  }
  const delayMs = backoff.delayMs(attempts);
  await session.query(
    `update alerts set refusals = refusals + $3, next_attempt_at = now() + $2 * interval '1 ms' where position = $1`,
    [position, delayMs, isRefusal ? 1 : 0],
  );
  failed?.(error, id, delayMs);
}

/** Leases the oldest alert without a refusal or, failing that, a refused alert, if it is due. */
async function lease(session: SqlSession): Promise<AlertRow | undefined> {
  const leased = await session.query<[AlertRow[], number]>(
    `with waiting as (
       select position, refusals, next_attempt_at, body ->> 'eventType' as event_type from alerts where failed_at is null
     ), next as (
       select min(position) as position from waiting
       where refusals = 0 and not exists (
         select from waiting refused
         where refused.refusals > 0 and refused.event_type = waiting.event_type and refused.position < waiting.position)
     )
     update alerts set attempts = attempts + 1, next_attempt_at = now() + $1 * interval '1 ms'
     where position = (
       select position from waiting
       where next_attempt_at <= now() and (refusals > 0 or position = (select position from next))
       order by refusals > 0, position limit 1
     ) and next_attempt_at <= now()
     returning position, id, body, attempts, refusals`,
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
  if (!response.ok) throw new WebhookRefusedError(response.status, response.headers.get('retry-after'));
}
