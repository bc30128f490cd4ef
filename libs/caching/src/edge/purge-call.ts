import { type PurgeJob } from './purge-store.ts';

/** One call of the edge. */
export interface PurgeCall {
  readonly kind: 'tag' | 'url';
  readonly soft: boolean;
  readonly names: readonly string[];
  readonly jobs: readonly PurgeJob[];
}

/**
 * Groups jobs into calls. A job that the edge has refused has a call of its own: it may have been refused because of another job of its
 * call, and the others must not be refused because of it.
 */
export function callsOf(jobs: readonly PurgeJob[]): PurgeCall[] {
  const groups = Map.groupBy(jobs, ({ target: { kind, soft, name }, refusals }) =>
    refusals > 0 ? `${kind} ${soft} ${name}` : `${kind} ${soft}`,
  );
  return [...groups.values()].map((group) => {
    const { kind, soft } = group[0]!.target;
    return { kind, soft, names: group.map(({ target }) => target.name), jobs: group };
  });
}
