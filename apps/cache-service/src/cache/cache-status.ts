import { type Cached } from '@groundwork/caching';

/** Returns the value of Cache-Status (RFC 9211) with this service as its only member; `detail` names the tier. */
export function cacheStatus({ from, stored, ttlMs, collapsed }: Cached<unknown>): string {
  const ttl = `ttl=${Math.floor(ttlMs / 1_000)}`;
  switch (from) {
    case 'hit-l1':
      return `cache-service; hit; ${ttl}; detail=l1`;
    case 'hit-l2':
      return `cache-service; hit; ${ttl}; detail=l2`;
    case 'miss':
      return [
        'cache-service; fwd=miss',
        ...(stored ? ['stored', ttl] : []),
        ...(collapsed ? ['collapsed'] : []),
      ].join('; ');
  }
}
