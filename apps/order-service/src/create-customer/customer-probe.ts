import { VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { type QueryRunner } from 'typeorm';
import { expectOwned, orRefused } from '../storage/fences.ts';
import { SHARDS, type Route, type Shards } from '../storage/shards.ts';

/**
 * Detects whether a customer is stored, and waits while the sign-up that inserted the row has neither committed nor rolled
 * back: the probe inserts the same primary key, which blocks in Postgres until the outcome of the other transaction is
 * known, and then rolls back. A select would not wait, because it does not see an uncommitted row, not even with
 * `for update`.
 */
@Injectable()
export class CustomerProbe {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  /** @throws {SlotRefusedError} */
  isStored(id: string): Promise<boolean> {
    return insertAndRollBack(this.shards.route(this.router.slotOf('customers', { id })), id);
  }
}

/** Checks the fence at the end: the shard must own the slot at the time of the answer. */
function insertAndRollBack(route: Route, id: string): Promise<boolean> {
  return route.shard.run(async ({ manager }) => {
    const runner = manager.queryRunner as QueryRunner;
    await runner.startTransaction();
    try {
      const insert = `insert into customers (id, email, name, region) values ($1, '', '', '') on conflict do nothing returning id`;
      // The table fences the row as well: the slot may be locked, or may have moved already.
      const inserted = await orRefused(route, manager.query<unknown[]>(insert, [id]));
      await expectOwned(manager, route);
      return inserted.length === 0;
    } finally {
      await runner.rollbackTransaction();
    }
  });
}
