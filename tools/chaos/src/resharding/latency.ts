import { slotOf } from '@groundwork/sharding';
import { type Placing } from '../writers/messages.ts';
import { percentile } from './percentile.ts';

/** How long orders took, in milliseconds. */
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

/** The pause of a slot as its customers saw it: the longest that one of them waited for an order. */
export interface SeenPause {
  /** Slots in which somebody ordered. */
  readonly slots: number;
  readonly p50: number;
  readonly p99: number;
}

export function seenPause(placings: readonly Placing[], moved: ReadonlySet<number>): SeenPause {
  const longest = new Map<number, number>();
  for (const { customerId, tookMs } of placings) {
    const slot = slotOf(customerId);
    if (moved.has(slot)) longest.set(slot, Math.max(longest.get(slot) ?? 0, tookMs));
  }
  const pauses = [...longest.values()];
  return { slots: pauses.length, p50: percentile(pauses, 50), p99: percentile(pauses, 99) };
}
