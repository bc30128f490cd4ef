import { expect } from '@jest/globals';
import { hasEvent, type ShopWriter } from './shop-writer.ts';
import { type SmallShop } from './small-shop.ts';

interface Stored {
  readonly id: string;
  readonly status: string;
  readonly lines: number;
  readonly seen: number;
  readonly owner: string;
}

/** Expects exactly the accepted orders: each one once, on the owner of its slot, with its last change, and no others. */
export async function expectStored(shop: SmallShop, writers: readonly ShopWriter[]): Promise<number> {
  const stored: Stored[] = [];
  const events: { key: string }[] = [];
  for (const owner of shop.shardUrls.keys()) {
    const rows = await shop.on<Stored>(
      owner,
      `select id::text, status, '${owner}' as owner,
         (select count(*)::int from order_lines where order_id = id) as lines,
         (select count(*)::int from seen where slot = slot_of(id) and event_id = id::text) as seen
       from orders where slot_of(id) in (select slot from slot_ownership)`,
    );
    stored.push(...rows);
    const owned = 'select key from outbox where slot in (select slot from slot_ownership)';
    events.push(...(await shop.on<{ key: string }>(owner, owned)));
  }
  const accepted = new Map(writers.flatMap((writer) => [...writer.accepted]));
  const expected = [...accepted].filter(([, status]) => status !== undefined);
  expect(new Set(stored.map(({ id }) => id)).size).toBe(stored.length);
  expect(Object.fromEntries(stored.map(({ id, status }) => [id, status]))).toEqual(
    Object.fromEntries(expected),
  );
  expect(stored.filter(({ lines, seen }) => lines !== 3 || seen !== 1)).toEqual([]);
  expect(events.map(({ key }) => key).sort()).toEqual([...accepted.keys()].filter(hasEvent).sort());
  return stored.length;
}
