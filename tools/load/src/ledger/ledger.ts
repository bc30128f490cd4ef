import { type OrderStatus } from '@groundwork/contracts';
import { type Books, type Units } from './books.ts';

/** The result of a load: how many orders reached each stage, and every item that is missing or duplicated. */
export interface Ledger {
  readonly accepted: number;
  readonly stored: number;
  readonly published: number;
  readonly processed: number;
  readonly confirmed: number;
  readonly rejected: number;
  readonly charged: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
}

/** Compares the books by order id and by product. Processing was exactly once if `lost` and `duplicated` are empty. */
export function drawUp(books: Books): Ledger {
  const ids = new Set(books.accepted.map(({ id }) => id));
  const rows = countOf(books.stored.map(({ id }) => id));
  const [waiting, outcomes, charges] = [books.unpublished, books.processed, books.charges].map(countOf) as [
    Units,
    Units,
    Units,
  ];
  const withStatus = (status: OrderStatus) =>
    new Set(books.stored.filter((order) => order.status === status && ids.has(order.id)).map(({ id }) => id));
  const confirmed = withStatus('confirmed');
  const among = (counts: Units) => [...ids].filter((id) => counts.has(id)).length;
  const faults = [
    ...storageFaults(books, ids, rows),
    ...[...ids].filter((id) => waiting.has(id)).map((id) => missing(`order ${id} has unpublished events`)),
    ...[...withStatus('pending')].map((id) => missing(`order ${id} is still pending`)),
    ...faultsOf('outcomes', ids, outcomes, () => 1),
    ...faultsOf('charges', ids, charges, (id) => (confirmed.has(id) ? 1 : 0)),
    ...inventoryFaults(books, confirmed),
  ];
  return {
    accepted: ids.size,
    stored: among(rows),
    published: [...ids].filter((id) => rows.has(id) && !waiting.has(id)).length,
    processed: among(outcomes),
    confirmed: confirmed.size,
    rejected: withStatus('rejected').size,
    charged: among(charges),
    lost: faults.filter(({ isExcess }) => !isExcess).map(({ text }) => text),
    duplicated: faults.filter(({ isExcess }) => isExcess).map(({ text }) => text),
  };
}

/** Each order has one row, its lines, and one record of its key, each only on the shard that owns its slot. */
function storageFaults({ accepted, lines, remembered }: Books, ids: Set<string>, rows: Units): Fault[] {
  const lineCount = new Map(accepted.map((order) => [order.id, order.lines.length]));
  return [
    ...faultsOf('answers', ids, countOf(accepted.map(({ id }) => id)), () => 1),
    ...faultsOf('rows on the shards', new Set([...ids, ...rows.keys()]), rows, (id) => (ids.has(id) ? 1 : 0)),
    ...faultsOf('lines', ids, countOf(lines), (id) => lineCount.get(id) ?? 0),
    ...faultsOf('idempotency records', ids, countOf(remembered), () => 1),
  ];
}

interface Fault {
  readonly isExcess: boolean;
  readonly text: string;
}

function missing(text: string): Fault {
  return { isExcess: false, text };
}

function faultsOf(what: string, ids: Iterable<string>, counts: Units, due: (id: string) => number): Fault[] {
  return [...ids].flatMap((id) => {
    const [count, expected] = [counts.get(id) ?? 0, due(id)];
    return count === expected
      ? []
      : [{ isExcess: count > expected, text: `order ${id} has ${count} ${what}, not ${expected}` }];
  });
}

/**
 * Compares the units that left the stock, and the units that the projection counts as sold, with those of the confirmed
 * orders.
 */
function inventoryFaults({ accepted, before, after }: Books, confirmed: ReadonlySet<string>): Fault[] {
  const lines = accepted.filter(({ id }) => confirmed.has(id)).flatMap((order) => order.lines);
  return [...before.stock.keys()].flatMap((sku) => {
    const due = lines.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
    const left = (before.stock.get(sku) ?? 0) - (after.stock.get(sku) ?? 0);
    const sold = (after.sold.get(sku) ?? 0) - (before.sold.get(sku) ?? 0);
    return [
      ...(left === due
        ? []
        : [{ isExcess: left > due, text: `${left} units of ${sku} left the stock, not ${due}` }]),
      ...(sold === due
        ? []
        : [{ isExcess: sold > due, text: `${sold} units of ${sku} count as sold, not ${due}` }]),
    ];
  });
}

function countOf(ids: readonly string[]): Units {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
