import { Answer } from '@groundwork/load';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { brokenOff, formatBrokenOff } from './broken-off.ts';

const drill = {
  name: 'move',
  title: 'slots move',
  orders: 1,
  ordersPerSecond: 1,
  slots: '7',
  run: () => Promise.resolve(),
};

describe('a drill that failed with an error', () => {
  it('is a fault that names the request and its answer, without a stack trace', () => {
    const answer = new Answer('POST /v1/admin/shard-moves', 409, new Headers(), '{"code":"already-moving"}');
    let thrown: unknown;
    try {
      answer.as(201, z.unknown());
    } catch (error) {
      thrown = error;
    }
    const outcome = brokenOff(drill, thrown);
    expect(outcome.faults).toEqual([
      'POST /v1/admin/shard-moves was answered 409 {"code":"already-moving"}, expected 201',
    ]);
    expect(formatBrokenOff(outcome)).not.toMatch(/^\s+at /m);
  });

  it('names the causes of an error', () => {
    const error = new Error('no answer', { cause: new Error('connect ECONNREFUSED') });
    expect(brokenOff(drill, error).faults).toEqual(['no answer: connect ECONNREFUSED']);
    expect(brokenOff(drill, 'text').faults).toEqual(["'text'"]);
  });
});
