import { type OrderStatus } from '@groundwork/contracts';
import { describe, expect, it } from '@jest/globals';
import { IllegalTransitionError } from './illegal-transition.error.ts';
import { mustMove } from './order-status.ts';

describe('the status of an order', () => {
  it.each<[OrderStatus, OrderStatus]>([
    ['pending', 'confirmed'],
    ['pending', 'rejected'],
  ])('moves from %s to %s', (from, to) => {
    expect(mustMove(from, to)).toBe(true);
  });

  it.each<OrderStatus>(['pending', 'confirmed', 'rejected'])('stays %s when told so again', (status) => {
    expect(mustMove(status, status)).toBe(false);
  });

  it.each<[OrderStatus, OrderStatus]>([
    ['confirmed', 'rejected'],
    ['rejected', 'confirmed'],
    ['confirmed', 'pending'],
    ['rejected', 'pending'],
  ])('refuses to move from %s to %s', (from, to) => {
    expect(() => mustMove(from, to)).toThrow(IllegalTransitionError);
  });
});
