import { type TopologyUnderTest } from './topology-under-test.ts';

const KEY = Symbol.for('groundwork.topology-under-test');
type Holder = Record<symbol, TopologyUnderTest | undefined>;

/**
 * Jest gives every test file globals of its own. The run's one topology lives in the globals of the Jest process and is
 * lent to each file's globals by `topology.environment.ts`; this works because all files run in that process.
 */
export function lendTopology(globals: object, topology: TopologyUnderTest | undefined): void {
  (globals as Holder)[KEY] = topology;
}

export function lentTopology(globals: object = globalThis): TopologyUnderTest | undefined {
  return (globals as Holder)[KEY];
}

/** The platform under test, for the suites. */
export function currentTopology(): TopologyUnderTest {
  const topology = lentTopology();
  if (topology === undefined) throw new Error('No platform: run the suites with `npm run e2e`.');
  return topology;
}
