import { describe, expect, it } from '@jest/globals';
import { Unlettered } from './unlettered.ts';

describe('events whose dead letters are not durable', () => {
  it('are passed by a higher offset on their own partition', () => {
    const unlettered = new Unlettered();
    unlettered.gaveUp('a', { topic: 'orders', partition: 1, offset: '10' });
    expect(unlettered.passedBy(new Map())).toEqual([]);
    expect(
      unlettered.passedBy(
        new Map([
          ['orders:0', 20n],
          ['orders:1', 10n],
        ]),
      ),
    ).toEqual([]);
    expect(unlettered.passedBy(new Map([['orders:1', 11n]]))).toEqual([
      'orders:1 is committed up to 11, past 10',
    ]);
  });

  it('may be passed once their dead letters are durable', () => {
    const unlettered = new Unlettered();
    unlettered.gaveUp('a', { topic: 'orders', partition: 1, offset: '10' });
    unlettered.lettered('a');
    expect(unlettered.passedBy(new Map([['orders:1', 11n]]))).toEqual([]);
    expect(unlettered.size).toBe(0);
  });
});
