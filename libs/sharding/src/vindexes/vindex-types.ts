import { consistentLookupUnique } from './consistent-lookup-unique.ts';
import { consistentLookup } from './consistent-lookup.ts';
import { hash } from './hash.ts';
import { lookupUnique } from './lookup-unique.ts';
import { lookup } from './lookup.ts';
import { numericStaticMap } from './numeric-static-map.ts';
import { numeric } from './numeric.ts';
import { range } from './range.ts';
import { region } from './region.ts';
import { slotOfId } from './slot-of-id.ts';
import { storedSlot } from './stored-slot.ts';
import { unicodeLooseXxhash } from './unicode-loose-xxhash.ts';
import { type VindexType } from './vindex.ts';
import { xxhash } from './xxhash.ts';

/** Every `type` that a vindex of a VSchema may have. */
export const VINDEX_TYPES: readonly VindexType[] = [
  slotOfId,
  storedSlot,
  numeric,
  hash,
  xxhash,
  unicodeLooseXxhash,
  numericStaticMap,
  range,
  region,
  lookupUnique,
  consistentLookupUnique,
  lookup,
  consistentLookup,
];
