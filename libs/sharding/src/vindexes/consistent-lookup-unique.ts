import { lookupParams, lookupVindex } from './lookup-params.ts';
import { vindexType } from './vindex.ts';

/**
 * Vitess's `consistent_lookup_unique`. The lookup row claims the value. It is committed before its owner's row, and may be
 * taken over once it is an orphan.
 */
export const consistentLookupUnique = vindexType({
  type: 'consistent_lookup_unique',
  cost: 10,
  unique: true,
  kind: 'lookup',
  params: lookupParams,
  create: lookupVindex,
});
