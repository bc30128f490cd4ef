import { type DeadLetterAction, type DeadLetterStatus } from '@groundwork/contracts';
import { type SqlSession } from '@groundwork/messaging';

export interface Decision {
  readonly status: DeadLetterStatus;
  readonly action: DeadLetterAction['action'];
  readonly by?: string | null | undefined;
  readonly reason?: string;
  readonly redriveJob?: string;
  /** The edited event that was sent instead of the event of the dead letter. */
  readonly sentInstead?: { readonly eventId: string; readonly payload: Readonly<Record<string, unknown>> };
}

/** Records a decision about dead letters that the transaction has locked, and the operator who requested it. */
export async function noteDecision(
  session: SqlSession,
  letterIds: readonly string[],
  { status, action, by, reason, redriveJob, sentInstead }: Decision,
): Promise<void> {
  await session.query(
    `with decided as (
       update dead_letters set status = $2, status_changed_at = now() where id = any($1::uuid[]) returning id, event_id
     )
     insert into dead_letter_actions (letter_id, action, requested_by, reason, redrive_job, event_id, payload)
     select id, $3, $4, $5, $6, case when $2 = 'redriven' then coalesce($7, event_id) end, $8 from decided`,
    [
      letterIds,
      status,
      action,
      by ?? null,
      reason ?? null,
      redriveJob ?? null,
      sentInstead?.eventId ?? null,
      sentInstead === undefined ? null : JSON.stringify(sentInstead.payload),
    ],
  );
}
