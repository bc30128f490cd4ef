import { Databases, Shop } from '@groundwork/load';
import { currentTopology } from './topology/current-topology.ts';
import { type TopologyUnderTest } from './topology/topology-under-test.ts';

/** The platform under test, with clients for a suite. */
export interface Platform {
  readonly topology: TopologyUnderTest;
  readonly shop: Shop;
  readonly databases: Databases;
  close(): Promise<void>;
}

export function underTest(): Platform {
  const topology = currentTopology();
  const databases = new Databases(topology.databases);
  return { topology, shop: new Shop(topology.gateways), databases, close: () => databases.close() };
}
