import { z } from 'zod';
import { jsonParam } from './json-param.ts';
import { spanOfKeyspaceId, spanOfPrefix } from './keyspace-id.ts';
import { nullKeyDes } from './null-key-des.ts';
import { toUint64 } from './to-uint64.ts';
import { UnmappableValueError } from './unmappable-value.error.ts';
import { type KeyValue, vindexType } from './vindex.ts';

const params = z
  .strictObject({
    region_bytes: z.enum(['1', '2']).transform(Number),
    region_map: jsonParam(z.record(z.string().min(1), z.int().nonnegative().max(0xffff))).optional(),
  })
  .refine(
    ({ region_bytes, region_map = {} }) => Object.values(region_map).every((n) => n < 256 ** region_bytes),
    {
      path: ['region_map'],
      message: 'expected numbers that fit into region_bytes',
    },
  );

/**
 * Vitess's `region_experimental`. The first one or two bytes of the keyspace id are the number of the region; the hash of an
 * id follows. A region therefore has its own slots (16 with one byte), and the region alone selects just these. `region_map`
 * maps names of regions to their numbers. A region that does not fit is refused, where Vitess drops its upper bits.
 */
export const region = vindexType({
  type: 'region',
  cost: 1,
  unique: true,
  kind: 'functional',
  columns: 2,
  partial: true,
  params,
  create: ({ region_bytes, region_map }) => ({
    kind: 'functional',
    map: ([name, id]) => {
      const prefix = prefixOf(numberOf(name!, region_map), name!, region_bytes);
      if (id === undefined) return spanOfPrefix(prefix);
      return spanOfKeyspaceId(Buffer.concat([prefix, nullKeyDes(toUint64(id))]));
    },
  }),
});

function numberOf(name: KeyValue, map: Readonly<Record<string, number>> | undefined): number {
  if (map === undefined) return Number(toUint64(name));
  const number = Object.hasOwn(map, String(name)) ? map[String(name)] : undefined;
  if (number !== undefined) return number;
  throw new UnmappableValueError(name, `one of the regions ${Object.keys(map).join(', ')}`);
}

function prefixOf(number: number, name: KeyValue, bytes: number): Buffer {
  if (number >= 256 ** bytes) throw new UnmappableValueError(name, `a region of ${bytes} byte(s)`);
  const prefix = Buffer.alloc(bytes);
  prefix.writeUIntBE(number, 0, bytes);
  return prefix;
}
