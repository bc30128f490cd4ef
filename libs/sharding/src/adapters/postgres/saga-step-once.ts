import { type SagaKey } from '../../saga/saga.ts';
import { type Slot } from '../../slots/slot.ts';
import { SagaStepUndoneError } from './saga-step-undone.error.ts';
import { type SqlSession } from './sql-session.ts';

export interface StepPlace {
  readonly saga: SagaKey;
  readonly step: string;
  /** The slot in which the step has its effect. */
  readonly slot: Slot;
}

/**
 * Applies a step's effect once, in the session's transaction. It first inserts the row that records the step. A concurrent
 * repetition waits for that row and then finds it.
 *
 * @throws {SagaStepUndoneError} if the step was compensated: this runner was away for too long
 */
export async function doStepOnce(
  session: SqlSession,
  { saga, step, slot }: StepPlace,
  effect: () => Promise<void>,
): Promise<void> {
  const inserted = await session.query<unknown[]>(
    `insert into saga_steps (slot, saga_id, step, outcome) values ($1, $2, $3, 'done')
     on conflict do nothing returning 1`,
    [slot, saga.id, step],
  );
  if (inserted.length > 0) return effect();
  const [row] = await session.query<{ outcome: string }[]>(
    'select outcome from saga_steps where slot = $1 and saga_id = $2 and step = $3',
    [slot, saga.id, step],
  );
  if (row?.outcome === 'undone') throw new SagaStepUndoneError(saga.id, step);
}

/**
 * Compensates a step's effect once, in the session's transaction, if the step had an effect. In both cases the step is
 * closed: a `run` that is still in flight and arrives later is refused.
 */
export async function undoStepOnce(
  session: SqlSession,
  { saga, step, slot }: StepPlace,
  takeBack: () => Promise<void>,
): Promise<void> {
  const key = [slot, saga.id, step];
  const closed = await session.query<unknown[]>(
    `insert into saga_steps (slot, saga_id, step, outcome) values ($1, $2, $3, 'undone')
     on conflict do nothing returning 1`,
    key,
  );
  if (closed.length > 0) return;
  const undone = await session.query<unknown[]>(
    `with undone as (
       update saga_steps set outcome = 'undone'
       where slot = $1 and saga_id = $2 and step = $3 and outcome = 'done' returning 1
     ) select from undone`,
    key,
  );
  if (undone.length > 0) await takeBack();
}
