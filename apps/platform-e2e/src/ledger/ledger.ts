import { type Order } from '@groundwork/contracts';
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
  const rows = countOf(books.stored.map(({ id }) => id));
  const waiting = countOf(books.unpublished);
  const processed = countOf(books.processed);
  const charges = countOf(books.charges);
  const statuses = new Map(books.stored.map(({ id, status }) => [id, status]));
  const among = (counts: Units) => [...ids].filter((id) => (counts.get(id) ?? 0) > 0).length;
  const withStatus = (status: Order['status']) => [...ids].filter((id) => statuses.get(id) === status);
  const confirmed = new Set(withStatus('confirmed'));
  const due = { row: () => 1, payment: () => 1, charge: (id: string) => (confirmed.has(id) ? 1 : 0) };
  const faults = [
    ...faultsOf('answers', ids, countOf(books.accepted.map(({ id }) => id)), () => 1),
    ...faultsOf('rows on the shards', new Set([...ids, ...rows.keys()]), rows, (id) =>
      ids.has(id) ? due.row() : 0,
    ),
    ...faultsOf('events left unpublished', ids, waiting, () => 0).map(({ text }) => ({
      isExcess: false,
      text,
    })),
    ...withStatus('pending').map((id) => ({ isExcess: false, text: `order ${id} is still pending` })),
    ...faultsOf('outcomes in event-processor', ids, processed, due.payment),
    ...faultsOf('charges', ids, charges, due.charge),
    ...inventoryFaults(books, confirmed),
  ];
  return {
    accepted: ids.size,
    stored: among(rows),
    published: [...ids].filter((id) => rows.has(id) && !waiting.has(id)).length,
    processed: among(processed),
    confirmed: confirmed.size,
    rejected: withStatus('rejected').length,
    charged: among(charges),
    lost: faults.filter(({ isExcess }) => !isExcess).map(({ text }) => text),
    duplicated: faults.filter(({ isExcess }) => isExcess).map(({ text }) => text),
  };
}

interface Fault {
  readonly isExcess: boolean;
  readonly text: string;
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
