import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slotOfKeyspaceId } from './keyspace-id.ts';
import { looseKey } from './loose-key.ts';
import { nullKeyDes } from './null-key-des.ts';
import { UnmappableValueError } from './unmappable-value.error.ts';
import { VINDEX_TYPES } from './vindex-types.ts';
import { type FunctionalVindex, type KeyValue, type VindexType } from './vindex.ts';
import { xxh64 } from './xxh64.ts';
import { xxhashKeyspaceId } from './xxhash.ts';

/** Creates a vindex of the type from parameters as written in a VSchema. */
function vindex(name: string, written?: Record<string, string>): FunctionalVindex {
  const type: VindexType = VINDEX_TYPES.find(({ type }) => type === name)!;
  return type.create(type.params.parse(written)) as FunctionalVindex;
}

const span = (name: string, values: KeyValue[], params?: Record<string, string>) =>
  vindex(name, params).map(values);
const slot = (name: string, value: KeyValue, params?: Record<string, string>) => {
  const { first, last } = span(name, [value], params);
  expect(last).toBe(first);
  return first;
};

// A change to one of these moves data. The vectors of hash and xxhash are Vitess's (vindexes/hash_test.go, xxhash_test.go).
describe('golden vectors', () => {
  it.each([
    [1n, '166b40b44aba4bd6'],
    [2n, '06e7ea22ce92708f'],
    [3n, '4eb190c9a2fa169c'],
    [4n, 'd2fd8867d50d2dfe'],
    [5n, '70bb023c810ca87a'],
    [6n, 'f098480ac4c4be71'],
  ])("hash of %d has Vitess's keyspace id %s", (number, id) => {
    expect(nullKeyDes(number).toString('hex')).toBe(id);
    expect(slot('hash', number)).toBe(Number.parseInt(id.slice(0, 3), 16));
  });

  it.each([
    ['test1', 'd01ab7e4d6978f0b'],
    ['test2', '87eb11714c0a0e89'],
    ['testaverylongvaluetomakesurethisworks', '81d8c38e0d850e6a'],
    [1, 'd46405367612b4b7'],
    ['', '99e9d85137db46ef'],
    [-1, 'd8e2a6a7c8c7623d'],
    [18446744073709551615n, '477cfa8d6d8f1f8d'],
    [9223372036854775807n, 'b37eb01f7bffafd8'],
    [-9223372036854775808n, '102c27ddb26a609e'],
  ])("xxhash of %p has Vitess's keyspace id %s", (value, id) => {
    expect(xxhashKeyspaceId(String(value)).toString('hex')).toBe(id);
    expect(slot('xxhash', value)).toBe(Number.parseInt(id.slice(0, 3), 16));
  });

  // The published vectors of XXH64 with seed 0: without a stripe, with each kind of rest, with whole stripes.
  it.each([
    ['', 0xef46db3751d8e999n],
    ['a', 0xd24ec4f1a98c6e5bn],
    ['abc', 0x44bc2cf5ad770999n],
    ['Nobody inspects the spammish repetition', 0xfbcea83c8a378bf1n],
    ['a'.repeat(8), 0xd5462e501de970f3n],
    ['0123456789abcdef'.repeat(2), 0x642a94958e71e6c5n],
    ['0123456789abcdef'.repeat(4), 0x1af3ac4760fe2f85n],
  ])('XXH64 of %j', (text, hash) => {
    expect(xxh64(Buffer.from(text))).toBe(hash);
  });

  it.each([
    ['ada@example.com', 'ADA@EXAMPLE.COM'],
    ['Straße', 'STRASSE'],
    ['STRAẞE', 'STRASSE'],
    ['Tést ', 'TEST'],
    ['ΣΊΣΥΦΟΣ', 'ΣΙΣΥΦΟΣ'],
    ['ﬁle №1', 'FILE NO1'],
  ])('%j has the loose key %j', (text, key) => {
    expect(looseKey(text)).toBe(key);
  });

  it.each([
    ['slot_of_id', '9223372036854775807', 4095],
    ['slot_of_id', '1024', 1],
    ['slot_of_id', 1024, 1],
    ['slot_of_id', 0n, 0],
    ['numeric', 2n ** 64n - 1n, 4095],
    ['stored_slot', 17, 17],
    ['numeric', 0xabc0_0000_0000_0000n, 0xabc],
    ['numeric', '1', 0],
    ['unicode_loose_xxhash', 'ada@example.com', 1217],
    ['unicode_loose_xxhash', 'Test', 1816],
  ])('%s of %p is slot %d', (name, value, expected) => {
    expect(slot(name, value)).toBe(expected);
  });
});

describe('unicode_loose_xxhash', () => {
  const sameAsTest = ['Test', 'TEst', 'Te\u0301st', 'Tést', 'Test ', 'Test   ', 'Ｔｅｓｔ'];
  it.each(sameAsTest)('maps %j to the slot of "test", as Vitess does', (text) => {
    expect(slot('unicode_loose_xxhash', text)).toBe(slot('unicode_loose_xxhash', 'test'));
  });

  it.each(['Bést', ' Test', 'Test\t', 'Tes'])('distinguishes %j from "test", as Vitess does', (text) => {
    expect(looseKey(text)).not.toBe(looseKey('test'));
  });

  it('is idempotent and ignores the normal form, case and trailing spaces of a text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const key = looseKey(text);
        expect(looseKey(key)).toBe(key);
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) expect(looseKey(text.normalize(form))).toBe(key);
        expect(looseKey(text.toLowerCase())).toBe(key);
        expect(looseKey(`${text}  `)).toBe(key);
      }),
    );
  });
});

describe('numeric_static_map', () => {
  const json = '{"1": "12297829382473034410", "2": 0}';

  it('maps the listed numbers to their keyspace ids', () => {
    expect(slot('numeric_static_map', 1, { json })).toBe(0xaaa);
    expect(slot('numeric_static_map', '2', { json })).toBe(0);
  });

  it('takes keyspace ids of 64 bits, and refuses longer ones', () => {
    expect(slot('numeric_static_map', 1, { json: '{"1": "18446744073709551615"}' })).toBe(0xfff);
    expect(() => vindex('numeric_static_map', { json: '{"1": "18446744073709551616"}' })).toThrow(
      'expected at most 2^64 - 1',
    );
  });

  it('refuses other numbers unless fallback_type is set', () => {
    expect(() => slot('numeric_static_map', 3, { json })).toThrow(UnmappableValueError);
    expect(slot('numeric_static_map', 3, { json, fallback_type: 'hash' })).toBe(0x4eb);
    expect(slot('numeric_static_map', 3, { json, fallback_type: 'numeric' })).toBe(0);
    expect(slot('numeric_static_map', 1, { json, fallback_type: 'xxhash' })).toBe(0xaaa);
    expect(slot('numeric_static_map', 3, { json, fallback_type: 'xxhash' })).toBe(slot('xxhash', 3));
  });
});

describe('range', () => {
  const ranges = 'GW-0061..=3000, ..GW-0031=512, GW-0031..GW-0061=1536';

  it.each([
    ['', 512],
    ['GW-0030', 512],
    ['GW-00300', 512],
    ['GW-0031', 1536],
    ['GW-0060\u{10ffff}', 1536],
    ['GW-0061', 3000],
    ['zzz', 3000],
  ])('maps %j to slot %d', (key, expected) => {
    expect(slot('range', key, { ranges })).toBe(expected);
  });

  it('compares UTF-8 bytes, not UTF-16 code units', () => {
    // U+FF5E comes before U+1F600 in UTF-8; in UTF-16 the surrogate of the latter comes first.
    expect(slot('range', '😀', { ranges: '..～=1, ～..=2' })).toBe(2);
  });

  it('maps every key to exactly one range', () => {
    const cuts = fc.uniqueArray(fc.string({ minLength: 1, unit: fc.constantFrom(...'abcxyz01-') }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(cuts, fc.string(), (unsorted, key) => {
        const sorted = unsorted.toSorted((one, other) =>
          Buffer.compare(Buffer.from(one), Buffer.from(other)),
        );
        const bounds = ['', ...sorted, ''];
        const text = bounds.slice(1).map((to, n) => `${bounds[n]}..${to}=${n}`);
        const expected = sorted.filter(
          (cut) => Buffer.compare(Buffer.from(cut), Buffer.from(key)) <= 0,
        ).length;
        expect(slot('range', key, { ranges: text.toReversed().join(', ') })).toBe(expected);
      }),
    );
  });
});

describe('region', () => {
  // From Vitess's region_experimental_test.go.
  it.each([
    [1, 0x011],
    [255, 0xff1],
  ])('maps an id of region %d into the slots of the region', (number, expected) => {
    expect(span('region', [number, 1], { region_bytes: '1' })).toEqual({ first: expected, last: expected });
  });

  it('maps a region without an id to exactly the slots of the region', () => {
    expect(span('region', [1], { region_bytes: '1' })).toEqual({ first: 0x010, last: 0x01f });
    expect(span('region', [0x0123], { region_bytes: '2' })).toEqual({ first: 0x012, last: 0x012 });
  });

  it('maps every id of a region into the slots of the region', () => {
    const region_map = '{"eu": 32, "us": 96}';
    fc.assert(
      fc.property(fc.constantFrom('eu', 'us'), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (name, id) => {
        const all = span('region', [name], { region_bytes: '1', region_map });
        const { first } = span('region', [name, id], { region_bytes: '1', region_map });
        expect(first >= all.first && first <= all.last).toBe(true);
      }),
    );
  });

  it.each([
    [{ region_bytes: '1' }, 256, '"256" is not a region of 1 byte(s)'],
    [{ region_bytes: '1' }, 'eu', '"eu" is not a whole number from 0 to 2^64 - 1'],
    [{ region_bytes: '1', region_map: '{"eu": 1}' }, 'mars', '"mars" is not one of the regions eu'],
    [{ region_bytes: '1', region_map: '{"eu": 1}' }, 'toString', '"toString" is not one of the regions eu'],
  ])('with %j refuses %p', (params, name, message) => {
    expect(() => span('region', [name], params as never)).toThrow(message);
  });
});

describe('every vindex', () => {
  it.each(['hash', 'numeric', 'slot_of_id', 'stored_slot'])(
    '%s refuses values outside its numbers',
    (name) => {
      for (const value of ['', ' 1', '0x1', '1e3', '-1', -1, 1.5, 2 ** 53, 2n ** 64n, NaN]) {
        expect(() => slot(name, value)).toThrow(UnmappableValueError);
      }
    },
  );

  it('slot_of_id takes ids of up to 63 bits', () => {
    for (const id of ['0', '999999999999999999', '9223372036854775807', 2n ** 63n - 1n, 1_023])
      expect(slot('slot_of_id', id)).toBe(Number((BigInt(id) >> 10n) & 4_095n));
  });

  it('slot_of_id refuses ids of more than 63 bits', () => {
    for (const value of ['9223372036854775808', '9999999999999999999', '10000000000000000000', 2n ** 63n]) {
      expect(() => slot('slot_of_id', value)).toThrow(UnmappableValueError);
    }
  });

  it('that hashes spreads its values evenly', () => {
    for (const name of ['hash', 'xxhash', 'unicode_loose_xxhash']) {
      const counts = new Array<number>(16).fill(0);
      const { map } = vindex(name);
      for (let n = 0; n < 32_000; n++) counts[map([String(n)]).first >> 8]! += 1;
      expect(Math.max(...counts) / 2_000).toBeLessThan(1.1);
      expect(Math.min(...counts) / 2_000).toBeGreaterThan(0.9);
    }
  });

  it('that takes numbers maps every number to the same slot each time', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (number) => {
        for (const name of ['hash', 'xxhash', 'numeric']) {
          const found = slot(name, number);
          expect(slot(name, number.toString())).toBe(found);
          expect(found >= 0 && found < 4096).toBe(true);
        }
        const id = nullKeyDes(number);
        expect(slot('hash', number)).toBe(slotOfKeyspaceId(id));
      }),
    );
  });
});
