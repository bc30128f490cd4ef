import { type Cluster, RouteTable } from '@groundwork/proxy';
import { createHash } from 'node:crypto';
import { type Route, type Routes, type UpstreamSettings } from './route.ts';

/** One version of the routes file, ready to serve. Immutable, except for the state of its clusters. */
export interface Snapshot {
  /** Twelve hexadecimal digits that identify the text of the file. */
  readonly version: string;
  readonly settings: Routes;
  readonly table: RouteTable<Route>;
  readonly clusters: ReadonlyMap<string, Cluster>;
}

export type OpenCluster = (settings: UpstreamSettings) => Cluster;

/**
 * Makes a snapshot. It keeps the clusters of the previous one whose settings have not changed, with their connections and the health of
 * their replicas. The names of new clusters are resolved before the snapshot is used.
 */
export async function makeSnapshot(
  text: string,
  settings: Routes,
  open: OpenCluster,
  previous?: Snapshot,
): Promise<Snapshot> {
  const known = new Map(previous?.settings.upstreams.map(({ name, fingerprint }) => [name, fingerprint]));
  const kept = (name: string) => previous?.clusters.get(name);
  const clusters = settings.upstreams.map(
    (upstream) =>
      (known.get(upstream.name) === upstream.fingerprint && kept(upstream.name)) || open(upstream),
  );
  const opened = clusters.filter((cluster) => kept(cluster.name) !== cluster);
  await Promise.all(opened.map((cluster) => cluster.start()));
  return {
    version: createHash('sha256').update(text).digest('hex').slice(0, 12),
    settings,
    table: new RouteTable(settings.routes),
    clusters: new Map(clusters.map((cluster) => [cluster.name, cluster])),
  };
}

/** Returns the clusters of a snapshot that another one does not have. */
export function clustersOnlyIn(snapshot: Snapshot, other: Snapshot): Cluster[] {
  return [...snapshot.clusters.values()].filter((cluster) => other.clusters.get(cluster.name) !== cluster);
}
