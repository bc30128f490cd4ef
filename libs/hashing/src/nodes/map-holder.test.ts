import { describe, expect, it } from '@jest/globals';
import { HashRing } from '../ring/hash-ring.ts';
import { MapHolder } from './map-holder.ts';

describe('a holder', () => {
  it('returns the old map until the new one is complete', () => {
    const holder = new MapHolder(new HashRing(['a', 'b']));
    const taken = holder.current;
    const next = holder.replace((map) => {
      expect(holder.current).toBe(taken);
      return map.with('c');
    });
    expect(holder.current).toBe(next);
    expect(taken.nodes).toHaveLength(2);
  });

  it('keeps the old map when the change throws', () => {
    const holder = new MapHolder(new HashRing(['a']));
    const before = holder.current;
    expect(() => holder.replace((map) => map.without('b'))).toThrow(
      expect.objectContaining({ code: 'unknown-node' }),
    );
    expect(holder.current).toBe(before);
  });
});
