import { RING } from './contenders.ts';
import { medianPeak, type Measures } from './measure-map.ts';

/** The limits that the design promises for our maps. A figure beyond its limit voids the run. */
const PROMISES: Readonly<Record<string, { readonly peak: number; readonly needless: number }>> = {
  [RING]: { peak: 1.25, needless: 0 },
  'ring, 1000 virtual nodes': { peak: 1.1, needless: 0 },
  'slot table, 4096 slots': { peak: 1.02, needless: 0 },
  jump: { peak: 1.02, needless: 1 },
  rendezvous: { peak: 1.02, needless: 0 },
  'Maglev, 65,537 entries': { peak: 1.02, needless: 0.01 },
};

export function faultsOf(measures: ReadonlyMap<string, Measures>): string[] {
  return Object.entries(PROMISES).flatMap(([name, { peak, needless }]) => {
    const measured = measures.get(name) as Measures;
    const { joined, left, isSameAgain } = measured;
    const found = medianPeak(measured);
    return [
      ...(found <= peak ? [] : [`${name}: peak to mean is ${found}, more than ${peak}`]),
      ...(Math.max(joined.needless, left.needless) <= needless ? [] : [`${name}: keys moved needlessly`]),
      ...(isSameAgain ? [] : [`${name}: built again, it is another map`]),
    ];
  });
}
