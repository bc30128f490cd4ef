import { type EdgeTier } from './edge-tier.ts';
import { type PurgeJob } from './purge-store.ts';

/** One call of the edge. */
export interface PurgeCall {
  readonly kind: 'tag' | 'url';
  readonly soft: boolean;
  readonly jobs: readonly PurgeJob[];
}

/**
 * Groups jobs into calls of the size that the edge states. A job that the edge has refused has a call of its own: it may have been refused
 * because of another job of its call, and the others must not be refused because of it.
 */
export function callsOf(
  jobs: readonly PurgeJob[],
  { tagsPerCall = Infinity, urlsPerCall = Infinity }: Pick<EdgeTier, 'tagsPerCall' | 'urlsPerCall'>,
): PurgeCall[] {
  const groups = Map.groupBy(jobs, ({ target: { kind, soft, name }, refusals }) =>
    refusals > 0 ? `${kind} ${soft} ${name}` : `${kind} ${soft}`,
  );
  return [...groups.values()].flatMap((group) => {
    const { kind, soft } = group[0]!.target;
    const size = Math.min(group.length, kind === 'tag' ? tagsPerCall : urlsPerCall);
    const calls = Array.from({ length: Math.ceil(group.length / size) }, (_, index) => index * size);
    return calls.map((first) => ({ kind, soft, jobs: group.slice(first, first + size) }));
  });
}
