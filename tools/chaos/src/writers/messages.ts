import { type Order } from '@groundwork/contracts';

/** What a writer process is given when it starts. */
export interface WriterOptions {
  readonly gateways: readonly string[];
  /** They are this writer's alone. */
  readonly customerIds: readonly string[];
  /** Orders that are begun each second, whether or not earlier ones have been answered. */
  readonly ordersPerSecond: number;
  /** Of the customers: these order again as soon as they are answered, so that a pause of their slots is seen. */
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

/** A request that a customer saw failing, whatever became of it afterwards. */
export interface Failure {
  readonly request: string;
  readonly customerId: string;
  readonly at: number;
  /** The problem document's code, or what broke. */
  readonly code: string;
  readonly detail: string;
  /** The answer said when to come again, and then it was granted. */
  readonly wasDeferred: boolean;
}

/** Everything that a writer did. */
export interface Writings {
  readonly accepted: readonly Order[];
  readonly placings: readonly Placing[];
  readonly failures: readonly Failure[];
  /** Answers that were checked against what had been accepted before. */
  readonly reads: number;
}
