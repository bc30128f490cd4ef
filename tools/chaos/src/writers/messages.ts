import { type Order } from '@groundwork/contracts';

/** The options with which a writer process starts. */
export interface WriterOptions {
  readonly gateways: readonly string[];
  /** The customers belong to this writer only. */
  readonly customerIds: readonly string[];
  /** Number of orders that start each second, whether or not earlier ones have been answered. */
  readonly ordersPerSecond: number;
  /** Some of the customers: they order again as soon as they are answered, so that a pause of their slots is visible. */
  readonly watchedIds: readonly string[];
}

/** From the run to a writer. */
export type Command =
  { readonly type: 'begin'; readonly options: WriterOptions } | { readonly type: 'finish' };

/** From a writer to the run. */
export type Report =
  | { readonly type: 'progress'; readonly accepted: number; readonly failed: number }
  | ({ readonly type: 'finished' } & Writings);

/** One request for an order that was answered with 201. */
export interface Placing {
  readonly customerId: string;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** From the request to its answer, in milliseconds. */
  readonly tookMs: number;
}

/** A request that failed for a customer, even if a retry succeeded. */
export interface Failure {
  readonly request: string;
  readonly customerId: string;
  readonly at: number;
  /** The problem document's code, or the kind of error. */
  readonly code: string;
  readonly detail: string;
  /** The answer contained a `Retry-After`, and a later attempt succeeded. */
  readonly wasDeferred: boolean;
}

/** The result of a writer. */
export interface Writings {
  readonly accepted: readonly Order[];
  readonly placings: readonly Placing[];
  readonly failures: readonly Failure[];
  /** Number of answers that agreed with the accepted orders. */
  readonly reads: number;
}
