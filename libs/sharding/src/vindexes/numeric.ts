import { bigEndian, spanOfKeyspaceId } from './keyspace-id.ts';
import { noParams } from './no-params.ts';
import { toUint64 } from './to-uint64.ts';
import { vindexType } from './vindex.ts';

/** Vitess's `numeric`: the number is the keyspace id. For numbers that are already spread over 64 bits. */
export const numeric = vindexType({
  type: 'numeric',
  cost: 0,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => spanOfKeyspaceId(bigEndian(toUint64(value!))),
  }),
});
