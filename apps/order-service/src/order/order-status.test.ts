import { type OrderStatus } from '@groundwork/contracts';
import { describe, expect, it } from '@jest/globals';
import { IllegalTransitionError } from './illegal-transition.error.ts';
import { mustMove } from './order-status.ts';

describe('the status of an order', () => {
  it.each<[OrderStatus, OrderStatus]>([
    ['pending', 'confirmed'],
    ['pending', 'rejected'],
    ['confirmed', 'transferred'],
  ])('moves from %s to %s', (from, to) => {
    expect(mustMove(from, to)).toBe(true);
  });

  it.each<OrderStatus>(['pending', 'confirmed', 'rejected', 'transferred'])(
    'stays %s when a second event reports the same status',
    (status) => {
      expect(mustMove(status, status)).toBe(false);
    },
  );

  it('stays transferred when the payment event arrives late', () => {
    expect(mustMove('transferred', 'confirmed')).toBe(false);
  });

  it.each<[OrderStatus, OrderStatus]>([
    ['transferred', 'rejected'],
    ['pending', 'transferred'],
    ['rejected', 'transferred'],
    ['confirmed', 'rejected'],
    ['rejected', 'confirmed'],
    ['confirmed', 'pending'],
    ['rejected', 'pending'],
  ])('cannot move from %s to %s', (from, to) => {
    expect(() => mustMove(from, to)).toThrow(IllegalTransitionError);
  });
});
