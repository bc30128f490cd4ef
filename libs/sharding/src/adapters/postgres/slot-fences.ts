import { SLOT_LOCK_CLASS, STALE_EPOCH_SQLSTATE } from './slot-tables.ts';

/** What Postgres answers when a slot is being switched or compared, or somebody waits to: whoever asks again soon gets through. */
export const SLOT_BUSY_SQLSTATE = 'GW002';

/** What a fence says of a slot. */
export type FenceOutcome = 'fenced' | 'busy' | 'stale';

/**
 * The fences of writes. Each takes the slots' advisory locks, shared, and then reads who owns them in a statement of its own:
 * a statement that locks and reads in one sees the database as it was before the lock. The functions are volatile, hence
 * every statement in them has a fresh snapshot. Whoever switches a slot takes its lock exclusively, so a write that has
 * passed the fence commits before the slot leaves, and one that comes later finds it gone.
 *
 * They never wait. A write that waited would hold its connection and the locks of its other slots meanwhile, and those who
 * write to these would wait behind it: one locked slot would stop a shard. Postgres refuses a lock also when somebody waits
 * for it exclusively, so writes do not starve who switches.
 */
export const SLOT_FENCES_SQL = {
  up: `
    create function try_fence_slot(wanted smallint, expected bigint) returns void
    language plpgsql volatile as $$
    begin
      if not pg_try_advisory_xact_lock_shared(${SLOT_LOCK_CLASS}, wanted) then
        raise exception using errcode = '${SLOT_BUSY_SQLSTATE}',
          message = format('slot %s is being switched or compared', wanted);
      end if;
      if not exists (select from slot_ownership where slot = wanted and epoch = expected) then
        raise exception using errcode = '${STALE_EPOCH_SQLSTATE}',
          message = format('slot %s is not owned here at epoch %s', wanted, expected);
      end if;
    end $$;

    -- Of several at once each is told of, in the order in which they are named.
    create function try_fence_slots(wanted_slots smallint[], expected_epochs bigint[]) returns text[]
    language plpgsql volatile as $$
    declare
      outcomes text[] := '{}';
    begin
      for n in 1 .. cardinality(wanted_slots) loop
        if not pg_try_advisory_xact_lock_shared(${SLOT_LOCK_CLASS}, wanted_slots[n]) then
          outcomes[n] := 'busy';
        elsif exists (select from slot_ownership where slot = wanted_slots[n] and epoch = expected_epochs[n]) then
          outcomes[n] := 'fenced';
        else
          outcomes[n] := 'stale';
        end if;
      end loop;
      return outcomes;
    end $$;`,
  down: `
    drop function try_fence_slots(smallint[], bigint[]);
    drop function try_fence_slot(smallint, bigint);`,
} as const;
