import { lookupParams, lookupVindex } from './lookup-params.ts';
import { vindexType } from './vindex.ts';

/**
 * Vitess's `consistent_lookup`. Lookup rows are committed before their owner's row, so a reader finds an owner or skips an
 * orphan.
 */
export const consistentLookup = vindexType({
  type: 'consistent_lookup',
  cost: 20,
  unique: false,
  kind: 'lookup',
  params: lookupParams,
  create: lookupVindex,
});
