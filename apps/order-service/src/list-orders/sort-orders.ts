import { type AllOrdersSort } from '@groundwork/contracts';
import { type SortColumn, type SortOrder } from '@groundwork/sharding';

/** Unsettled orders sort where Postgres sorts NULLs: after every time, hence first in descending order. */
const SETTLED_AT = { name: 'settled_at', type: 'timestamp' } as const;
const CREATED_AT = { name: 'created_at', type: 'timestamp' } as const;
const TOTAL = { name: 'total_amount', type: 'bigint' } as const;

/** Each sort order scans an index of `migrations/1763800000010-list-orders.ts`, in one of its two directions. */
export const SORT_ORDERS: Readonly<Record<AllOrdersSort, SortOrder>> = {
  createdAt: byIdToo({ ...CREATED_AT, direction: 'asc' }),
  '-createdAt': byIdToo({ ...CREATED_AT, direction: 'desc' }),
  total: byIdToo({ ...TOTAL, direction: 'asc' }),
  '-total': byIdToo({ ...TOTAL, direction: 'desc' }),
  settledAt: byIdToo({ ...SETTLED_AT, direction: 'asc', nulls: 'last' }),
  '-settledAt': byIdToo({ ...SETTLED_AT, direction: 'desc', nulls: 'first' }),
};

/**
 * Adds the id to distinguish otherwise equal orders. It has the same direction, so that one index scan yields both columns.
 */
function byIdToo(column: SortColumn): SortOrder {
  return [column, { name: 'id', type: 'id', direction: column.direction }];
}
