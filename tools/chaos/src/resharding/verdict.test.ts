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
  judgesLatency: true,
  run: () => Promise.resolve(),
};

const failure: Failure = {
  request: 'POST /v1/orders',
  customerId: '1',
  at: 0,
  code: '503 shard-unavailable',
  detail: 'the shard is down',
  wasDeferred: true,
};

const latency = { orders: 0, p50: 20, p95: 40, p99: 100 };

/** Ten orders without faults. */
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
  machine: { load: 1, cores: 2 },
  slotsWanted: 2,
  slotsMoved: 2,
  switches: 6,
  ordersMeanwhile: 10,
  reads: 4,
  failures: [],
  deferred: [],
  measuredPause: { p50: 20, p99: 250, max: 400 },
  watchedSwitches: 100,
  seenPause: { orders: 2, p50: 20, p99: 350 },
  before: latency,
  meanwhile: { orders: 0, p50: 30, p95: 60, p99: 150 },
};

describe('a drill', () => {
  it('reports pauses without judging them on request', () => {
    const paused = { ...result, measuredPause: { p50: 20, p99: 251, max: 251 } };
    expect(faultsOf(paused, { ...drill, onlyTellsPauses: true })).toEqual([]);
  });

  it('passes when nothing is lost, duplicated or rejected, and no slot paused for too long', () => {
    expect(faultsOf(result, drill)).toEqual([]);
  });

  it.each<[string, Partial<DrillResult>]>([
    ['too few orders while slots moved', { ordersMeanwhile: 9 }],
    ['a slot that did not move', { slotsMoved: 1 }],
    ['no measured pause', { measuredPause: undefined }],
    ['an accepted order that is not stored', { ledger: { ...result.ledger, stored: 9 } }],
    ['a lost order', { ledger: { ...result.ledger, lost: ['order 1 is still pending'] } }],
    ['a duplicated charge', { ledger: { ...result.ledger, duplicated: ['order 1 has 2 charges, not 1'] } }],
    ['a failed request', { failures: [failure] }],
    ['a deferred request', { deferred: [failure] }],
    ['a pause of more than 250 ms', { measuredPause: { p50: 20, p99: 251, max: 251 } }],
    ['a median that grew by more than a half', { meanwhile: { ...result.meanwhile, p50: 31 } }],
    ['a p95 that grew by more than a half', { meanwhile: { ...result.meanwhile, p95: 61 } }],
    ['a p99 that grew by more than a half', { meanwhile: { ...result.meanwhile, p99: 151 } }],
    [
      'a wait that is longer than a pause plus the latency before the move',
      { seenPause: { orders: 2, p50: 20, p99: 351 } },
    ],
    ['a hundred switches without an order', { seenPause: { orders: 0, p50: 0, p99: 0 } }],
  ])('fails with %s', (_what, change) => {
    expect(faultsOf({ ...result, ...change }, drill)).toHaveLength(1);
  });

  it.each<[string, Partial<DrillResult>, Partial<Drill>]>([
    ['the machine was busy at the start', { machine: { load: 1.1, cores: 2 } }, {}],
    ['the drill injects faults', {}, { judgesLatency: false }],
  ])('reports latency without judging it when %s', (_why, change, asked) => {
    const slow = {
      ...result,
      ...change,
      meanwhile: { orders: 0, p50: 900, p95: 900, p99: 900 },
      seenPause: { orders: 2, p50: 900, p99: 900 },
    };
    expect(faultsOf(slow, { ...drill, ...asked })).toEqual([]);
  });

  it('accepts orders that take 25 ms, even if they were much faster before', () => {
    const fast = { orders: 0, p50: 3, p95: 4, p99: 6 };
    const meanwhile = { orders: 0, p50: 7, p95: 12, p99: 25 };
    const seen = { orders: 2, p50: 20, p99: 30 };
    expect(faultsOf({ ...result, before: fast, meanwhile, seenPause: seen }, drill)).toEqual([]);
  });

  it('does not require an order to meet one of a few switches', () => {
    const unseen = { watchedSwitches: 99, seenPause: { orders: 0, p50: 0, p99: 0 } };
    expect(faultsOf({ ...result, ...unseen }, drill)).toEqual([]);
  });

  it('may defer requests of customers while their shard is down', () => {
    expect(faultsOf({ ...result, deferred: [failure] }, { ...drill, mayDefer: true })).toEqual([]);
  });
});
