/**
 * How long an edge may serve a response after its time while it fetches a new one. Short, because browsers do the same, and no purge reaches
 * them.
 */
const STALE_WHILE_REVALIDATE_S = 5;
/** How long an edge may serve a response after its time when this service fails. A hard purge ends it. */
const STALE_IF_ERROR_S = 300;

/** How long a process that receives no invalidations keeps an entry. An edge must ask each time for a response with such an entry. */
export const DEAF_TTL_MS = 1_000;

/**
 * Returns Cache-Control of a response that is equal for all clients. An edge keeps it for the rest of the time of the entry in the cache, so
 * that both together do not exceed the time to live, and then for the time of the stale directives (RFC 5861). A browser has only those.
 */
export function sharedCacheControl(ttlMs: number): string {
  const seconds = secondsAtEdge(ttlMs);
  return seconds === 0
    ? 'no-cache'
    : `public, max-age=0, s-maxage=${seconds}, stale-while-revalidate=${STALE_WHILE_REVALIDATE_S}, stale-if-error=${STALE_IF_ERROR_S}`;
}

/** Returns Cache-Control of the absence of a resource: for the rest of the time of the entry, and never as a stale response. */
export function absentCacheControl(ttlMs: number): string {
  const seconds = secondsAtEdge(ttlMs);
  return seconds === 0 ? 'no-store' : `public, max-age=0, s-maxage=${seconds}`;
}

function secondsAtEdge(ttlMs: number): number {
  return ttlMs <= DEAF_TTL_MS ? 0 : Math.floor(ttlMs / 1_000);
}
