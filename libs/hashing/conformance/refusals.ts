import { expect, it } from '@jest/globals';
import { type MakeNodeMap } from './node-map-traits.ts';

export function itRefusesWhatItCannotDo(make: MakeNodeMap): void {
  const refused = (code: string) => expect.objectContaining({ name: 'HashingError', code, retryable: false });
  const failure = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      return error;
    }
  };

  it('without nodes, refuses the lookup of a key and returns no replicas', () => {
    expect(failure(() => make([]).getNode('key'))).toEqual(refused('empty-map'));
    expect(failure(() => make(['a']).without('a').getNode('key'))).toEqual(refused('empty-map'));
    expect(make([]).getNodes('key', 2)).toEqual([]);
  });

  it('refuses to add a node twice, and to remove an unknown node', () => {
    expect(failure(() => make(['a', 'b', 'a']))).toEqual(refused('duplicate-node'));
    expect(failure(() => make(['a']).with('a'))).toEqual(refused('duplicate-node'));
    expect(failure(() => make(['a']).without('b'))).toEqual(refused('unknown-node'));
  });

  it.each([0, -1, NaN, Infinity, 1_001, '2'])('refuses the weight %p', (weight) => {
    expect(failure(() => make([{ name: 'a', weight: weight as number }]))).toEqual(refused('bad-weight'));
  });

  it.each([-1, 1.5, NaN, Infinity])('refuses to return %p nodes', (n) => {
    expect(failure(() => make(['a', 'b']).getNodes('key', n))).toEqual(refused('bad-count'));
  });

  it.each([[''], [{}], [{ host: 'a' }], [{ name: { host: 'a' } }], [7]])(
    'refuses the node %j, which has no valid name',
    (node) => {
      expect(failure(() => make(['a', node as string]))).toEqual(refused('bad-node'));
    },
  );
}
