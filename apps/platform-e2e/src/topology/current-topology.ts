import { type TopologyUnderTest } from './topology-under-test.ts';

const KEY = Symbol.for('groundwork.topology-under-test');
type Holder = Record<symbol, TopologyUnderTest | undefined>;

/**
 * Jest gives every test file its own globals. The topology of the run is stored in the globals of the Jest process, and
 * `topology.environment.ts` copies it to the globals of each file. This works because all files run in that process.
 */
export function lendTopology(globals: object, topology: TopologyUnderTest | undefined): void {
  (globals as Holder)[KEY] = topology;
}

export function lentTopology(globals: object = globalThis): TopologyUnderTest | undefined {
  return (globals as Holder)[KEY];
}

/** Returns the platform under test. */
export function currentTopology(): TopologyUnderTest {
  const topology = lentTopology();
  if (topology === undefined) throw new Error('No platform is running: run the suites with `npm run e2e`.');
  return topology;
}
