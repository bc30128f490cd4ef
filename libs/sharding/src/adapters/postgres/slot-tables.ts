/** The SQLSTATE when a slot is not owned at the epoch that the caller expects. */
export const STALE_EPOCH_SQLSTATE = 'GW001';

/** The first key of the advisory locks of slots; the second is the slot. */
export const SLOT_LOCK_CLASS = 4110;

/**
 * Restricts rows to owned slots: a shard may also hold copies of slots that are being moved, which it must not relay or
 * list.
 */
export const SLOT_IS_OWNED_SQL = 'slot in (select slot from slot_ownership)';

const STALE = `raise exception using errcode = '${STALE_EPOCH_SQLSTATE}',
      message = format('slot %s is not owned here at epoch %s', wanted, expected);`;

/**
 * What every shard has: the slots that it owns, and the function that fences reads.
 *
 * A read fences last and takes no lock: rows that were read before a successful check were read from the owner.
 * `slot-fences.ts` explains how writes fence. `fence_slot` and `fence_slots`, which wait for locks, belong to the previous
 * release. They stay as long as instances of that release may run beside newer ones.
 */
export const SLOT_TABLES_SQL = {
  up: `
    create table slot_ownership (
      slot smallint primary key check (slot between 0 and 4095),
      epoch bigint not null
    );
    create table shard_state (
      singleton boolean primary key default true check (singleton),
      ownership_epoch bigint not null default 0
    );
    insert into shard_state default values;

    create function slot_of(id bigint) returns smallint
    language sql immutable parallel safe as 'select ((id >> 10) & 4095)::smallint';

    create function expect_slot(wanted smallint, expected bigint) returns void
    language plpgsql volatile as $$
    begin
      if not exists (select from slot_ownership where slot = wanted and epoch = expected) then
        ${STALE}
      end if;
    end $$;

    create function fence_slot(wanted smallint, expected bigint) returns void
    language plpgsql volatile as $$
    begin
      perform pg_advisory_xact_lock_shared(${SLOT_LOCK_CLASS}, wanted);
      if not exists (select from slot_ownership where slot = wanted and epoch = expected) then
        ${STALE}
      end if;
    end $$;

    -- Ascending: whoever locks several slots does it in this order, so nobody waits in a circle.
    create function fence_slots(wanted_slots smallint[], expected_epochs bigint[]) returns void
    language plpgsql volatile as $$
    declare
      wanted smallint;
      expected bigint;
    begin
      perform pg_advisory_xact_lock_shared(${SLOT_LOCK_CLASS}, slot)
        from (select distinct slot from unnest(wanted_slots) as slot order by slot) as ascending;
      select slot, epoch into wanted, expected
        from unnest(wanted_slots, expected_epochs) as pair (slot, epoch)
        where not exists (
          select from slot_ownership owned where owned.slot = pair.slot and owned.epoch = pair.epoch)
        limit 1;
      if found then
        ${STALE}
      end if;
    end $$;`,
  down: `
    drop function fence_slots(smallint[], bigint[]);
    drop function fence_slot(smallint, bigint);
    drop function expect_slot(smallint, bigint);
    drop function slot_of(bigint);
    drop table shard_state;
    drop table slot_ownership;`,
} as const;
