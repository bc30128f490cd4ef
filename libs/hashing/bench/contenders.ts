import ConsistentHash from 'consistent-hash';
import NpmHashRing from 'hashring';
import { BoundedLoad } from '../src/bounded-load/bounded-load.ts';
import { JumpMap } from '../src/jump/jump-map.ts';
import { MaglevMap } from '../src/maglev/maglev-map.ts';
import { murmur3 } from '../src/murmur3.ts';
import { RendezvousMap } from '../src/rendezvous/rendezvous-map.ts';
import { HashRing } from '../src/ring/hash-ring.ts';
import { SlotTable } from '../src/slots/slot-table.ts';

/** Looked up in turn, each slice from where the last one ended. They are more than the cache of npm hashring holds. */
const KEYS = Array.from({ length: 2 ** 16 }, (_, n) => `user:${n}`);
const ALL = KEYS.length - 1;
/** The mask for so few keys that they stay in that cache. */
const CACHED = 2 ** 10 - 1;

/** A contender's map of some nodes. */
export interface Built {
  get(key: string): string;
  /** Looks up this number of keys. Each map has its own loop: a shared one would make the call to the map megamorphic. */
  run(operations: number): number;
  with(name: string): Built;
  without(name: string): Built;
}

export interface Contender {
  readonly name: string;
  /** The colour of its bars: 0 for our maps, 1 for peers, 4 for the naive map. */
  readonly tone: number;
  /** The largest number of nodes that it supports. */
  readonly limit?: number;
  build(names: readonly string[]): Built;
}

interface OwnMap {
  getNode(key: string): string;
  with(name: string): OwnMap;
  without(name: string): OwnMap;
}

function own<M extends OwnMap>(map: M, runOf: (map: M) => Built['run']): Built {
  return {
    get: (key) => map.getNode(key),
    run: runOf(map),
    with: (name) => own(map.with(name) as M, runOf),
    without: (name) => own(map.without(name) as M, runOf),
  };
}

function runRing(map: HashRing): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += map.getNode(KEYS[next & ALL] as string).length;
    return sum;
  };
}

function runSlots(map: SlotTable): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += map.getNode(KEYS[next & ALL] as string).length;
    return sum;
  };
}

function runJump(map: JumpMap): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += map.getNode(KEYS[next & ALL] as string).length;
    return sum;
  };
}

function runRendezvous(map: RendezvousMap): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += map.getNode(KEYS[next & ALL] as string).length;
    return sum;
  };
}

function runMaglev(map: MaglevMap): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += map.getNode(KEYS[next & ALL] as string).length;
    return sum;
  };
}

export const RING = 'ring, 150 virtual nodes';
export const NPM_HASHRING = 'npm hashring, 160 points';

export const CONTENDERS: readonly Contender[] = [
  { name: RING, tone: 0, build: (names) => own(new HashRing(names), runRing) },
  {
    name: 'ring, 1000 virtual nodes',
    tone: 0,
    build: (names) => own(new HashRing(names, { virtualNodes: 1_000 }), runRing),
  },
  { name: 'slot table, 4096 slots', tone: 0, build: (names) => own(SlotTable.of(names), runSlots) },
  { name: 'jump', tone: 0, build: (names) => own(new JumpMap(names), runJump) },
  { name: 'rendezvous', tone: 0, build: (names) => own(new RendezvousMap(names), runRendezvous) },
  { name: 'Maglev, 65,537 entries', tone: 0, build: (names) => own(new MaglevMap(names), runMaglev) },
  { name: NPM_HASHRING, tone: 1, build: (names) => npmHashRing(names) },
  // Its points are distinct random numbers below 100,003, so the points of 1000 nodes do not fit.
  { name: 'npm consistent-hash, 150 points', tone: 1, limit: 100, build: consistentHash },
  { name: 'hash modulo nodes', tone: 4, build: modulo },
];

/** Variants of contenders: only the race measures them. */
export const VARIANTS: readonly Contender[] = [
  { name: 'bounded load over the ring', tone: 0, build: boundedLoad },
  { name: 'npm hashring, key in its cache', tone: 1, build: (names) => npmHashRing(names, CACHED) },
];

function npmHashRing(names: readonly string[], mask = ALL): Built {
  const ring = new NpmHashRing([...names]);
  return {
    get: (key) => ring.get(key),
    run: runNpmHashRing(ring, mask),
    with: (name) => npmHashRing([...names, name]),
    without: (name) => npmHashRing(names.filter((other) => other !== name)),
  };
}

function runNpmHashRing(ring: NpmHashRing, mask: number): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += ring.get(KEYS[next & mask] as string).length;
    return sum;
  };
}

/** Nodes join and leave the same map: its points are random, so a second map would have other points. */
function consistentHash(names: readonly string[]): Built {
  const ring = new ConsistentHash({ controlPoints: 150 });
  for (const name of names) ring.add(name);
  const built: Built = {
    get: (key) => ring.get(key),
    run: runConsistentHash(ring),
    with: (name) => (ring.add(name), built),
    without: (name) => (ring.remove(name), built),
  };
  return built;
}

function runConsistentHash(ring: ConsistentHash): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += ring.get(KEYS[next & ALL] as string).length;
    return sum;
  };
}

function modulo(names: readonly string[]): Built {
  return {
    get: (key) => names[murmur3(key) % names.length] as string,
    run: runModulo(names),
    with: (name) => modulo([...names, name]),
    without: (name) => modulo(names.filter((other) => other !== name)),
  };
}

function runModulo(names: readonly string[]): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++)
      sum += (names[murmur3(KEYS[next & ALL] as string) % names.length] as string).length;
    return sum;
  };
}

/** Each operation is an acquire and a release, while a hundred pieces of work are held. */
function boundedLoad(names: readonly string[]): Built {
  const bounded = new BoundedLoad(new HashRing(names));
  for (let n = 0; n < 100; n++) bounded.acquire(`held:${n}`);
  const get = (key: string): string => {
    const node = bounded.acquire(key);
    bounded.release(node);
    return node;
  };
  return {
    get,
    run: runBoundedLoad(get),
    with: (name) => boundedLoad([...names, name]),
    without: (name) => boundedLoad(names.filter((other) => other !== name)),
  };
}

function runBoundedLoad(get: Built['get']): Built['run'] {
  let next = 0;
  return (operations: number) => {
    let sum = 0;
    const end = next + operations;
    for (; next < end; next++) sum += get(KEYS[next & ALL] as string).length;
    return sum;
  };
}
