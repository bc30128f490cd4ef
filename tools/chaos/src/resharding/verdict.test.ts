import { describe, expect, it } from '@jest/globals';
import { type Failure } from '../writers/messages.ts';
import { type Drill, type DrillResult } from './drill.ts';
import { faultsOf } from './verdict.ts';

const drill: Drill = {
  name: 'move',
  title: 'a move',
  orders: 10,
  ordersPerSecond: 1,
  slots: '0-1',
  run: () => Promise.resolve([]),
};

const failure: Failure = {
  request: 'POST /v1/orders',
  customerId: '1',
  at: 0,
  code: '503 shard-unavailable',
  detail: 'the shard is down',
  wasDeferred: true,
};

const latency = { orders: 0, p50: 1, p95: 1, p99: 1 };

/** Ten orders, everything as it should be. */
const result: Omit<DrillResult, 'faults'> = {
  name: 'move',
  title: 'a move',
  seconds: 1,
  ledger: {
    accepted: 10,
    stored: 10,
    published: 10,
    processed: 10,
    confirmed: 9,
    rejected: 1,
    charged: 9,
    lost: [],
    duplicated: [],
  },
  ordersMeanwhile: 5,
  reads: 4,
  failures: [],
  deferred: [],
  measuredPause: { p50: 20, p99: 250, max: 400 },
  seenPause: { slots: 2, p50: 20, p99: 30 },
  before: latency,
  meanwhile: { orders: 0, p50: 9, p95: 9, p99: 9 },
};

describe('a drill', () => {
  it('tells of pauses without judging them where that was asked for', () => {
    const paused = { ...result, measuredPause: { p50: 20, p99: 251, max: 251 } };
    expect(faultsOf(paused, { ...drill, onlyTellsPauses: true })).toEqual([]);
  });

  it('has passed when nothing is lost, doubled or refused and no slot paused for too long', () => {
    expect(faultsOf(result, drill)).toEqual([]);
  });

  it.each<[string, Partial<DrillResult>]>([
    ['too few orders', { ledger: { ...result.ledger, accepted: 9, stored: 9 } }],
    ['an accepted order that is not stored', { ledger: { ...result.ledger, stored: 9 } }],
    ['something lost', { ledger: { ...result.ledger, lost: ['order 1 is still pending'] } }],
    ['something doubled', { ledger: { ...result.ledger, duplicated: ['order 1 has 2 charges, not 1'] } }],
    ['a failed request', { failures: [failure] }],
    ['a request that had to come again', { deferred: [failure] }],
    ['a pause of more than 250 ms', { measuredPause: { p50: 20, p99: 251, max: 251 } }],
  ])('has failed with %s', (_what, change) => {
    expect(faultsOf({ ...result, ...change }, drill)).toHaveLength(1);
  });

  it('may ask customers to come again while their shard is down', () => {
    expect(faultsOf({ ...result, deferred: [failure] }, { ...drill, mayDefer: true })).toEqual([]);
  });
});
