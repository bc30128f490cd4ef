import { type DeadLetterAction, type DeadLetterStatus } from '@groundwork/contracts';
import { type SqlSession } from '@groundwork/messaging';

export interface Decision {
  readonly status: DeadLetterStatus;
  readonly action: DeadLetterAction['action'];
  readonly by?: string | null | undefined;
  readonly reason?: string;
  readonly redriveJob?: string;
}

/** Notes what was decided about letters that the transaction has locked, and who asked for it. */
export async function noteDecision(
  session: SqlSession,
  letterIds: readonly string[],
  { status, action, by, reason, redriveJob }: Decision,
): Promise<void> {
  await session.query(
    `with decided as (
       update dead_letters set status = $2, status_changed_at = now() where id = any($1::uuid[]) returning id
     )
     insert into dead_letter_actions (letter_id, action, requested_by, reason, redrive_job)
     select id, $3, $4, $5, $6 from decided`,
    [letterIds, status, action, by ?? null, reason ?? null, redriveJob ?? null],
  );
}
