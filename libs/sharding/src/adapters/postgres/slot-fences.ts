import { SLOT_LOCK_CLASS, STALE_EPOCH_SQLSTATE } from './slot-tables.ts';

/** The SQLSTATE while a slot is being switched, or a mover waits to switch it. The same work succeeds soon after. */
export const SLOT_BUSY_SQLSTATE = 'GW002';

/** The outcome of a fence for one slot. */
export type FenceOutcome = 'fenced' | 'busy' | 'stale';

/**
 * A setting that lists the slots fenced by the transaction (`,7,12,`), so that the triggers of `write-fence.ts` check each
 * slot only once. Postgres resets it together with the locks: at the end of the transaction, and on a rollback to a
 * savepoint.
 */
const FENCED_SLOTS = 'groundwork.fenced_slots';

/** If a transaction fences more slots than fit, some of them are checked again. */
const FENCED_SLOTS_LENGTH = 2_000;

/** Returns the condition that this transaction has already fenced the slot. `slot` is an expression of PL/pgSQL. */
export const isFencedSql = (slot: string) =>
  `position(',' || ${slot} || ',' in coalesce(current_setting('${FENCED_SLOTS}', true), '')) > 0`;

const rememberSql = (slots: string) => `perform set_config('${FENCED_SLOTS}',
        right(coalesce(nullif(current_setting('${FENCED_SLOTS}', true), ''), ','), ${FENCED_SLOTS_LENGTH}) || ${slots}, true);`;

/**
 * Sets `found`. Above READ COMMITTED a transaction sees the ownership at its first statement. `for share` refuses such a
 * snapshot (40001) if the slot has left, or has started to move, since then.
 */
const findOwnershipSql = (condition: string) => `
      if current_setting('transaction_isolation') in ('read committed', 'read uncommitted') then
        perform from slot_ownership where ${condition};
      else
        perform from slot_ownership where ${condition} for share;
      end if;`;

const lockOrRefuseSql = `
      if not pg_try_advisory_xact_lock_shared(${SLOT_LOCK_CLASS}, wanted) then
        raise exception using errcode = '${SLOT_BUSY_SQLSTATE}',
          message = format('slot %s is being switched or compared', wanted);
      end if;`;

/**
 * The fences of writes. Each takes the advisory locks of the slots, shared, and then reads their owner in a separate
 * statement: a statement that locks and reads at once would see the database as it was before the lock. The functions are
 * volatile, so at READ COMMITTED every statement in them has a new snapshot; for the levels above, see `findOwnershipSql`.
 * The mover takes the lock exclusively. A write that has passed the fence therefore commits before the slot leaves, and a
 * later one is refused.
 *
 * Fences never wait. A waiting write would hold its connection and the locks of its other slots, and the writers of these
 * would wait behind it: one locked slot would block a whole shard. Postgres also refuses a shared lock while the mover waits
 * for the exclusive one, so writers do not starve the mover.
 *
 * The triggers of `write-fence.ts` call `fence_unfenced_write` for a slot that its transaction has not fenced.
 */
export const SLOT_FENCES_SQL = {
  up: `
    create or replace function try_fence_slot(wanted smallint, expected bigint) returns void
    language plpgsql volatile as $$
    begin
      ${lockOrRefuseSql}
      ${findOwnershipSql('slot = wanted and epoch = expected')}
      if not found then
        raise exception using errcode = '${STALE_EPOCH_SQLSTATE}',
          message = format('slot %s is not owned here at epoch %s', wanted, expected);
      end if;
      ${rememberSql(`wanted || ','`)}
    end $$;

    -- Returns one outcome for each slot, in the order of the arguments.
    create or replace function try_fence_slots(wanted_slots smallint[], expected_epochs bigint[]) returns text[]
    language plpgsql volatile as $$
    declare
      outcomes text[] := '{}';
      passed text := '';
    begin
      for n in 1 .. cardinality(wanted_slots) loop
        if not pg_try_advisory_xact_lock_shared(${SLOT_LOCK_CLASS}, wanted_slots[n]) then
          outcomes[n] := 'busy';
          continue;
        end if;
        ${findOwnershipSql('slot = wanted_slots[n] and epoch = expected_epochs[n]')}
        if found then
          outcomes[n] := 'fenced';
          passed := passed || wanted_slots[n] || ',';
        else
          outcomes[n] := 'stale';
        end if;
      end loop;
      ${rememberSql('passed')}
      return outcomes;
    end $$;

    create or replace function fence_unfenced_write(wanted smallint, written_table text) returns void
    language plpgsql volatile set search_path from current as $$
    begin
      ${lockOrRefuseSql}
      ${findOwnershipSql('slot = wanted')}
      if not found then
        raise exception using errcode = '${STALE_EPOCH_SQLSTATE}',
          message = format('a row of table %s is in slot %s, which this shard does not own', written_table, wanted),
          hint = 'Write it on the shard that owns the slot. Restrict a statement over all rows to the slots in slot_ownership.';
      end if;
      ${rememberSql(`wanted || ','`)}
    end $$;`,
  down: `
    drop function fence_unfenced_write(smallint, text);
    drop function try_fence_slots(smallint[], bigint[]);
    drop function try_fence_slot(smallint, bigint);`,
} as const;
