import { spanOfKeyspaceId } from './keyspace-id.ts';
import { noParams } from './no-params.ts';
import { vindexType } from './vindex.ts';
import { xxh64 } from './xxh64.ts';

/** XXH64 of the UTF-8 bytes of a text, the lowest byte first, as Vitess stores it. */
export function xxhashKeyspaceId(text: string): Buffer {
  const id = Buffer.alloc(8);
  id.writeBigUInt64LE(xxh64(Buffer.from(text)));
  return id;
}

/** Vitess's `xxhash`: any value by the bytes it is written with, so `1` and `"1"` are the same and `"a"` and `"A"` are not. */
export const xxhash = vindexType({
  type: 'xxhash',
  cost: 1,
  unique: true,
  kind: 'functional',
  columns: 1,
  params: noParams,
  create: () => ({
    kind: 'functional',
    map: ([value]) => spanOfKeyspaceId(xxhashKeyspaceId(String(value))),
  }),
});
