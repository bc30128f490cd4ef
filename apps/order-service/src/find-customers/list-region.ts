import { type Customer, type CustomerPage } from '@groundwork/contracts';
import {
  decodeCursor,
  encodeCursor,
  partsOfId,
  type Slot,
  type SlotSpan,
  type SortOrder,
} from '@groundwork/sharding';
import { In } from 'typeorm';
import { toCustomer } from '../read-customer/find-customer.ts';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';
import { readSlots } from '../storage/read-slots.ts';
import { type Reading } from './find-customers.ts';

/** Ids sort by time. */
const OLDEST_FIRST: SortOrder = [{ name: 'customer_id', type: 'id', direction: 'asc' }];

/** Far longer than any sign-up, because the time in an id may be some seconds off. */
const ABANDONED_AFTER_MS = 10 * 60_000;

interface RegionPage {
  readonly region: string;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/**
 * Returns a page of a region's customers, oldest first: a keyset over the rows of the lookup, of which each shard returns
 * its first ones. Rows without a customer (of an incomplete or failed sign-up) are skipped, so a page may be shorter; rows
 * of failed sign-ups are removed.
 */
export async function listRegion(
  reading: Reading,
  { region, limit, cursor }: RegionPage,
): Promise<CustomerPage> {
  const list = `customers of ${region}`;
  const [after] = cursor === undefined ? ['0'] : decodeCursor(cursor, OLDEST_FIRST, list);
  const rows = await readSlots<{ id: string }>(
    reading.shards,
    slotsOf(reading.plan.slots!),
    (manager, slots) =>
      manager.query(
        `select customer_id as id from customers_by_region
        where slot = any($1::smallint[]) and region = $2 and customer_id > $3
        order by customer_id limit $4`,
        [slots, region, after, limit + 1],
      ),
  );
  const ids = rows.map(({ id }) => id).sort(byNumber);
  const page = ids.slice(0, limit);
  const last = page.at(-1);
  const items = await customersOf(reading, page);
  // The request does not wait for the removal; the next listing of the region retries it.
  void forgetAbandoned(reading, region, page, items).catch(() => undefined);
  return {
    items,
    nextCursor: ids.length > limit && last !== undefined ? encodeCursor([last], OLDEST_FIRST, list) : null,
  };
}

async function customersOf({ shards, router }: Reading, ids: readonly string[]): Promise<Customer[]> {
  const bySlot = Map.groupBy(ids, (id) => router.slotOf('customers', { id }));
  const customers = await readSlots(shards, bySlot.keys(), (manager, slots) =>
    manager.findBy(CustomerEntity, { id: In(slots.flatMap((slot) => bySlot.get(slot) ?? [])) }),
  );
  return customers.sort((one, other) => byNumber(one.id, other.id)).map(toCustomer);
}

/**
 * Removes the lookup rows of failed sign-ups. The lookup row is stored before its customer, and the server ends the
 * transaction of the customer after some seconds, so an old row without a customer belongs to a failed sign-up.
 */
async function forgetAbandoned(
  { shards, router }: Reading,
  region: string,
  page: readonly string[],
  found: readonly Customer[],
): Promise<void> {
  const stored = new Set(found.map(({ id }) => id));
  const before = Date.now() - ABANDONED_AFTER_MS;
  const abandoned = page.filter((id) => !stored.has(id) && partsOfId(id).atMs < before);
  for (const id of abandoned) {
    const slot = router.slotOf('customers_by_region', { region, customer_id: id });
    await shards.transaction(slot, async (manager) => {
      await manager.query(
        'delete from customers_by_region where slot = $1 and region = $2 and customer_id = $3',
        [slot, region, id],
      );
    });
  }
}

function slotsOf({ first, last }: SlotSpan): Slot[] {
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) as Slot);
}

/** Compares ids. They are decimal strings of up to 63 bits, so the longer string is the larger id. */
function byNumber(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : Number(one > other));
}
