import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nodeNames } from '../../conformance/arbitraries.ts';
import { numbered } from '../../conformance/count-keys.ts';
import { JumpMap } from '../jump/jump-map.ts';
import { MaglevMap } from '../maglev/maglev-map.ts';
import { type NodeMap } from '../nodes/node-map.ts';
import { RendezvousMap } from '../rendezvous/rendezvous-map.ts';
import { HashRing } from '../ring/hash-ring.ts';
import { SlotTable } from '../slots/slot-table.ts';
import { BoundedLoad } from './bounded-load.ts';

describe.each<[string, (nodes: readonly string[]) => NodeMap]>([
  ['the ring', (nodes) => new HashRing(nodes)],
  ['the slot table', (nodes) => SlotTable.of(nodes)],
  ['jump', (nodes) => new JumpMap(nodes)],
  ['rendezvous', (nodes) => new RendezvousMap(nodes)],
  ['Maglev', (nodes) => new MaglevMap(nodes, { size: 503 })],
])('bounded load over %s', (_name, make) => {
  it('keeps every node within its bound, even with a single key', () => {
    const bounded = new BoundedLoad(make(numbered('cache', 10)), { balance: 1.25 });
    const beyond: string[] = [];
    for (let n = 1; n <= 200; n++) {
      const node = bounded.acquire('the one key');
      if (bounded.loadOf(node) > Math.ceil((1.25 * n) / 10)) beyond.push(node);
    }
    expect(beyond).toEqual([]);
    const loads = numbered('cache', 10).map((node) => bounded.loadOf(node));
    expect(loads.reduce((sum, load) => sum + load, 0)).toBe(200);
    expect(Math.max(...loads)).toBe(25);
  });

  it('keeps the bound for every sequence of acquires and releases', () => {
    const steps = fc.array(
      fc.oneof(
        fc.nat(5).map((key) => `k${key}`),
        fc.constant(undefined),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(
        nodeNames(1),
        steps,
        fc.double({ min: 1.01, max: 3, noNaN: true }),
        (names, steps, balance) => {
          const bounded = new BoundedLoad(make(names), { balance });
          const held: string[] = [];
          for (const key of steps) {
            if (key === undefined) {
              const node = held.shift();
              if (node !== undefined) bounded.release(node);
              continue;
            }
            const node = bounded.acquire(key);
            held.push(node);
            const load = held.filter((name) => name === node).length;
            expect(bounded.loadOf(node)).toBe(load);
            expect(load).toBeLessThanOrEqual(Math.ceil((balance * held.length) / names.length + 1e-9));
          }
        },
      ),
    );
  });
});

describe('bounded load', () => {
  it('gives a key its own node while that has room, and again once it has room', () => {
    const ring = new HashRing(['a', 'b', 'c']);
    const bounded = new BoundedLoad(ring, { balance: 1.5 });
    const [own, second] = ring.getNodes('key', 2);
    expect([bounded.acquire('key'), bounded.acquire('key')]).toEqual([own, second]);
    bounded.release(own as string);
    expect(bounded.acquire('key')).toBe(own);
  });

  it('bounds the nodes as before once loads are released', () => {
    const ring = new HashRing(['a', 'b']);
    const bounded = new BoundedLoad(ring, { balance: 1.25 });
    const [own, other] = ring.getNodes('key', 2);
    const held = Array.from({ length: 10 }, () => bounded.acquire('key'));
    for (const node of held) bounded.release(node);
    const acquire = () => bounded.acquire('key');
    expect([acquire(), acquire(), acquire()]).toEqual([own, own, other]);
  });

  it('bounds each node by its weight', () => {
    const bounded = new BoundedLoad(new HashRing([{ name: 'big', weight: 3 }, 'small']), { balance: 1.25 });
    for (let n = 0; n < 400; n++) bounded.acquire('key');
    expect(bounded.loadOf('big')).toBeLessThanOrEqual(375);
    expect(bounded.loadOf('small')).toBeLessThanOrEqual(125);
  });

  it('can switch maps: remaining nodes keep their loads, and loads of removed nodes can be released', () => {
    const ring = new HashRing(['a', 'b']);
    const bounded = new BoundedLoad(ring, { balance: 1.5 });
    for (let n = 0; n < 8; n++) bounded.acquire(`key-${n}`);
    const [a, b] = [bounded.loadOf('a'), bounded.loadOf('b')];
    bounded.use(ring.without('b').with('c'));
    expect(bounded.loadOf('a')).toBe(a);
    bounded.release('b');
    expect(bounded.loadOf('b')).toBe(b - 1);
    // The loads of the removed node no longer count: the bounds of a and c do not depend on them.
    for (let n = 0; n < 20; n++) {
      const node = bounded.acquire('key');
      const total = bounded.loadOf('a') + bounded.loadOf('c');
      expect(bounded.loadOf(node)).toBeLessThanOrEqual(Math.ceil((1.5 * total) / 2));
    }
  });

  it('counts no release of a node that has left: the others keep their room', () => {
    const ring = new HashRing(['a', 'b']);
    const later = ring.without('b').with('c');
    const keys = Array.from({ length: 100 }, (_, n) => `key-${n}`);
    const ofA = keys.find((key) => ring.getNode(key) === 'a' && later.getNode(key) === 'a') as string;
    const ofB = keys.find((key) => ring.getNode(key) === 'b') as string;
    const bounded = new BoundedLoad(ring, { balance: 1.5 });
    expect([bounded.acquire(ofA), bounded.acquire(ofB)]).toEqual(['a', 'b']);
    bounded.use(later);
    bounded.release('b');
    // With a's load of 1, a second piece of work makes 2 in all: a may hold ⌈1.5 · 2 · 1/2⌉ of them.
    expect(bounded.acquire(ofA)).toBe('a');
  });

  it('refuses a release without a load, a balance of 1 or less, and a key on an empty map', () => {
    const bounded = new BoundedLoad(new HashRing(['a']));
    expect(() => bounded.release('a')).toThrow(expect.objectContaining({ code: 'nothing-to-release' }));
    bounded.release(bounded.acquire('key'));
    expect(() => bounded.release('a')).toThrow(expect.objectContaining({ code: 'nothing-to-release' }));
    for (const balance of [1, 0, NaN, Infinity]) {
      expect(() => new BoundedLoad(new HashRing(), { balance })).toThrow(
        expect.objectContaining({ code: 'bad-option' }),
      );
    }
    expect(() => new BoundedLoad(new HashRing()).acquire('key')).toThrow(
      expect.objectContaining({ code: 'empty-map' }),
    );
  });
});
