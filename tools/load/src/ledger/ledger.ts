import { type OrderStatus } from '@groundwork/contracts';
import { type Books, type Units } from './books.ts';

/** What became of a load: how many orders got how far, and every single thing that is missing or there twice. */
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

/** Draws the books up by order id and by product. Exactly once means: `lost` and `duplicated` are empty. */
export function drawUp(books: Books): Ledger {
  const ids = new Set(books.accepted.map(({ id }) => id));
  const has = {
    row: countOf(books.stored.map(({ id }) => id)),
    waitingEvent: countOf(books.unpublished),
    outcome: countOf(books.processed),
    charge: countOf(books.charges),
  };
  const withStatus = (status: OrderStatus) =>
    new Set(books.stored.filter((order) => order.status === status && ids.has(order.id)).map(({ id }) => id));
  const [pending, confirmed] = [withStatus('pending'), withStatus('confirmed')];
  const among = (counts: Units) => [...ids].filter((id) => counts.has(id)).length;
  const faults = [
    ...faultsOf('answers', ids, countOf(books.accepted.map(({ id }) => id)), () => 1),
    ...faultsOf('rows on the shards', [...new Set([...ids, ...has.row.keys()])], has.row, (id) =>
      ids.has(id) ? 1 : 0,
    ),
    ...[...ids]
      .filter((id) => has.waitingEvent.has(id))
      .map((id) => missing(`order ${id} has unpublished events`)),
    ...[...pending].map((id) => missing(`order ${id} is still pending`)),
    ...faultsOf('outcomes', ids, has.outcome, () => 1),
    ...faultsOf('charges', ids, has.charge, (id) => (confirmed.has(id) ? 1 : 0)),
    ...inventoryFaults(books, confirmed),
  ];
  return {
    accepted: ids.size,
    stored: among(has.row),
    published: [...ids].filter((id) => has.row.has(id) && !has.waitingEvent.has(id)).length,
    processed: among(has.outcome),
    confirmed: confirmed.size,
    rejected: withStatus('rejected').size,
    charged: among(has.charge),
    lost: faults.filter(({ isExcess }) => !isExcess).map(({ text }) => text),
    duplicated: faults.filter(({ isExcess }) => isExcess).map(({ text }) => text),
  };
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

/** Units that left the store, or that the projection counts as sold, without a confirmed order, or the other way round. */
function inventoryFaults({ accepted, before, after }: Books, confirmed: ReadonlySet<string>): Fault[] {
  const lines = accepted.filter(({ id }) => confirmed.has(id)).flatMap((order) => order.lines);
  return [...before.stock.keys()].flatMap((sku) => {
    const due = lines.filter((line) => line.sku === sku).reduce((sum, { quantity }) => sum + quantity, 0);
    const left = (before.stock.get(sku) ?? 0) - (after.stock.get(sku) ?? 0);
    const sold = (after.sold.get(sku) ?? 0) - (before.sold.get(sku) ?? 0);
    return [
      ...(left === due
        ? []
        : [{ isExcess: left > due, text: `${left} units of ${sku} left the store, not ${due}` }]),
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
