import { slotOf } from '@groundwork/sharding';
import { type Placing } from '../writers/messages.ts';
import { percentile } from '../platform/percentile.ts';
import { type Switch } from './switches.ts';

/** The latency of orders, in milliseconds. */
export interface Latency {
  readonly orders: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A span of time, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export function within(placings: readonly Placing[], { from, to }: Span): readonly Placing[] {
  return placings.filter(({ begunAt }) => begunAt >= from && begunAt < to);
}

export function latencyOf(placings: readonly Placing[]): Latency {
  const times = placings.map(({ tookMs }) => tookMs);
  const [p50, p95, p99] = [50, 95, 99].map((percent) => percentile(times, percent)) as [
    number,
    number,
    number,
  ];
  return { orders: times.length, p50, p95, p99 };
}

/** The pauses as seen by customers: the latency of orders that were in flight when their slot changed its owner. */
export interface SeenPause {
  readonly orders: number;
  readonly p50: number;
  readonly p99: number;
}

export function seenPause(placings: readonly Placing[], switches: readonly Switch[]): SeenPause {
  const bySlot = Map.groupBy(switches, ({ slot }) => slot);
  const times = placings
    .filter(({ customerId, begunAt, tookMs }) =>
      bySlot
        .get(slotOf(customerId))
        ?.some(({ at, pauseMs }) => begunAt <= at && begunAt + tookMs >= at - pauseMs),
    )
    .map(({ tookMs }) => tookMs);
  return { orders: times.length, p50: percentile(times, 50), p99: percentile(times, 99) };
}
