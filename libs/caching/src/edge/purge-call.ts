import { type EdgeTier } from './edge-tier.ts';
import { type PurgeJob } from './purge-store.ts';

/** One call of the edge. */
export interface PurgeCall {
  readonly kind: 'tag' | 'url';
  readonly soft: boolean;
  readonly jobs: readonly PurgeJob[];
}

/** After as many failures, calls become smaller. Most outages are shorter. */
const FAILURES_OF_A_WHOLE_CALL = 2;

/**
 * Groups jobs into calls of the size that the edge states.
 *
 * A job that the edge has refused has a call of its own: it may have been refused because of another job of its call, and the others must
 * not be refused because of it. With each further failure, calls have half as many jobs: one job that always fails ends up alone.
 */
export function callsOf(
  jobs: readonly PurgeJob[],
  { tagsPerCall = Infinity, urlsPerCall = Infinity }: Pick<EdgeTier, 'tagsPerCall' | 'urlsPerCall'>,
): PurgeCall[] {
  const groups = Map.groupBy(jobs, ({ target: { kind, soft, name }, refusals, failures }) =>
    refusals > 0 ? `${kind} ${soft} ${name}` : `${kind} ${soft} ${halvings(failures)}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [{ target, failures }] = group as [PurgeJob];
    const { kind, soft } = target;
    const largest = Math.min(group.length, kind === 'tag' ? tagsPerCall : urlsPerCall);
    const size = Math.max(1, Math.floor(largest / 2 ** halvings(failures)));
    const calls = Array.from({ length: Math.ceil(group.length / size) }, (_, index) => index * size);
    return calls.map((first) => ({ kind, soft, jobs: group.slice(first, first + size) }));
  });
}

function halvings(failures: number): number {
  return Math.min(20, Math.max(0, failures - FAILURES_OF_A_WHOLE_CALL));
}
