import { lookupParams, lookupVindex } from './lookup-params.ts';
import { vindexType } from './vindex.ts';

/** Vitess's `lookup_unique`: a table whose rows are written independently. A value has at most one row. */
export const lookupUnique = vindexType({
  type: 'lookup_unique',
  cost: 10,
  unique: true,
  kind: 'lookup',
  params: lookupParams,
  create: lookupVindex,
});
