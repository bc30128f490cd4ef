import { lookupParams, lookupVindex } from './lookup-params.ts';
import { vindexType } from './vindex.ts';

/** Vitess's `lookup`: a table whose rows are written independently. A value may have several rows. */
export const lookup = vindexType({
  type: 'lookup',
  cost: 20,
  unique: false,
  kind: 'lookup',
  params: lookupParams,
  create: lookupVindex,
});
