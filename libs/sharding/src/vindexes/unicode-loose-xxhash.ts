import { spanOfKeyspaceId } from './keyspace-id.ts';
import { looseKey } from './loose-key.ts';
import { noParams } from './no-params.ts';
import { vindexType } from './vindex.ts';
import { xxhashKeyspaceId } from './xxhash.ts';

/**
 * Vitess's `unicode_loose_xxhash`: texts that differ only in case or accents share a slot (`looseKey` lists the deviations).
 */
export const unicodeLooseXxhash = vindexType({
  type: 'unicode_loose_xxhash',
  cost: 1,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => spanOfKeyspaceId(xxhashKeyspaceId(looseKey(String(value)))),
  }),
});
