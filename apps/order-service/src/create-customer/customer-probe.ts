import { VSchemaRouter } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { type QueryRunner } from 'typeorm';
import { expectOwned, orRefused } from '../storage/fences.ts';
import { SHARDS, type Route, type Shards } from '../storage/shards.ts';

/**
 * Finds out whether a customer is stored, and waits for the answer while a sign-up that inserted the row has neither
 * committed nor gone: it inserts the same primary key, which Postgres lets through only once the other's fate is known, and
 * rolls back. No select would wait: one does not see a row that is not committed, `for update` or not.
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

/** Fenced at the end: what counts is who owns the slot when the answer is known. */
function insertAndRollBack(route: Route, id: string): Promise<boolean> {
  return route.shard.run(async ({ manager }) => {
    const runner = manager.queryRunner as QueryRunner;
    await runner.startTransaction();
    try {
      const insert = `insert into customers (id, email, name, region) values ($1, '', '', '') on conflict do nothing returning id`;
      // The table fences the row as well: the slot may be busy, or have left already.
      const inserted = await orRefused(route, manager.query<unknown[]>(insert, [id]));
      await expectOwned(manager, route);
      return inserted.length === 0;
    } finally {
      await runner.rollbackTransaction();
    }
  });
}
