// Prints how many lookups the ring does in the time of one lookup of npm hashring: the median of interleaved slices. This is
// a separate process, because the context of a test runner slows down code that looks up globals.
import { CONTENDERS, NPM_HASHRING, RING } from './contenders.ts';
import { addresses } from './measure-map.ts';

const [ring, peer] = [RING, NPM_HASHRING].map((name) => {
  const contender = CONTENDERS.find((each) => each.name === name);
  if (contender === undefined) throw new RangeError(`there is no contender named ${name}`);
  const { run } = contender.build(addresses(10));
  return (operations: number): number => {
    const startedAt = performance.now();
    run(operations);
    return (performance.now() - startedAt) / operations;
  };
}) as [(operations: number) => number, (operations: number) => number];

const ratios = Array.from({ length: 15 }, () => peer(10_000) / ring(200_000)).sort((a, b) => a - b);
process.stdout.write(String(ratios[7]));
