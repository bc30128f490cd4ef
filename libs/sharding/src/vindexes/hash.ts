import { spanOfKeyspaceId } from './keyspace-id.ts';
import { noParams } from './no-params.ts';
import { nullKeyDes } from './null-key-des.ts';
import { toUint64 } from './to-uint64.ts';
import { vindexType } from './vindex.ts';

/** Vitess's `hash`: scatters a number by null-key DES. It is a bijection, so two numbers never share a keyspace id. */
export const hash = vindexType({
  type: 'hash',
  cost: 1,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => spanOfKeyspaceId(nullKeyDes(toUint64(value!))),
  }),
});
