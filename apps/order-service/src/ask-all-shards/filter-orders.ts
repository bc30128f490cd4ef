import { type OrderStatus, type Region } from '@groundwork/contracts';

export interface OrderFilter {
  readonly status?: OrderStatus | undefined;
  readonly region?: Region | undefined;
}

export interface FilterSql {
  /** Conditions on `orders`. */
  readonly conditions: readonly string[];
  /** The values of their parameters, starting with $1. */
  readonly values: readonly string[];
}

/** Selects the matching orders that the shard owns. The region is that of the customer, who is stored on the same shard. */
export function filterSql({ status, region }: OrderFilter): FilterSql {
  const values: string[] = [];
  const parameter = (value: string) => `$${values.push(value)}::text`;
  const conditions = ['slot_of(orders.id) in (select slot from slot_ownership)'];
  if (status !== undefined) conditions.push(`orders.status = ${parameter(status)}`);
  if (region !== undefined) {
    const customer = 'select from customers where customers.id = orders.customer_id';
    conditions.push(`exists (${customer} and customers.region = ${parameter(region)})`);
  }
  return { conditions, values };
}
