import { describe, expect, it } from '@jest/globals';
import { latencyOf, seenPause, within } from './latency.ts';

/** The slot is in bits 10 to 21 of an id. */
const customer = (slot: number) => String((1n << 40n) | (BigInt(slot) << 10n));

const placings = [
  { customerId: customer(7), begunAt: 100, tookMs: 5 },
  { customerId: customer(7), begunAt: 200, tookMs: 80 },
  { customerId: customer(8), begunAt: 200, tookMs: 20 },
  { customerId: customer(9), begunAt: 299, tookMs: 900 },
];

describe('latency seen by writers', () => {
  it('contains the duration of orders that were in flight when their slot changed its owner', () => {
    const switches = [
      { slot: 7, at: 230, pauseMs: 20 },
      { slot: 8, at: 199, pauseMs: 50 },
      { slot: 9, at: 1_250, pauseMs: 60 },
    ];
    expect(seenPause(placings, switches)).toEqual({ orders: 2, p50: 80, p99: 900 });
    expect(seenPause(placings, [])).toEqual({ orders: 0, p50: 0, p99: 0 });
  });

  it('assigns orders to a span by their start time', () => {
    expect(latencyOf(within(placings, { from: 200, to: 299 }))).toEqual({
      orders: 2,
      p50: 20,
      p95: 80,
      p99: 80,
    });
  });
});
