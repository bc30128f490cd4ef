import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { MSGPACK_CODEC } from '../adapters/msgpack/index.ts';
import { type Codec } from './codec.ts';
import { CodecReader } from './codec-reader.ts';
import { compressed } from './compressed.codec.ts';
import { JSON_CODEC } from './json.codec.ts';

const TEXT = 'Größe: 12 µm, 価格 😀 '.repeat(200);
const VALUES = [
  ...[null, true, false, 0, -0.5, 1e300, Number.MAX_SAFE_INTEGER, -(2 ** 53), '', 'a', '😀', TEXT],
  ...[[], {}, [null, [1, 'two']], { a: { b: [{ c: null }] }, '': 1, 'with space': TEXT }],
  ...['\ud83d', { '\ud83d': 1 }, JSON.parse('{"__proto__":{"a":1}}'), { constructor: 'a', toJSON: 'b' }],
  Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key ${index}`, index / 7])),
];
const CODECS: readonly (readonly [string, Codec])[] = [
  ['JSON', JSON_CODEC],
  ['MessagePack', MSGPACK_CODEC],
  ['compressed JSON', compressed(JSON_CODEC)],
  ['compressed MessagePack', compressed(MSGPACK_CODEC, { fromBytes: 1 })],
];

describe.each(CODECS)('%s', (_name, codec) => {
  it('returns every value as it was', async () => {
    for (const value of VALUES)
      expect(await new CodecReader([codec]).decode(await codec.encode(value))).toEqual(value);
  });

  it('refuses bytes that were cut, are of another codec, or are empty', async () => {
    const reader = new CodecReader([codec]);
    const bytes = await codec.encode({ text: TEXT, more: [1, 2, 3] });
    for (const bad of [bytes.subarray(0, -1), bytes.subarray(0, 1), Buffer.from('?'), Buffer.alloc(0)])
      await expect((async () => reader.decode(bad))()).rejects.toMatchObject({
        code: 'cache-value-not-decodable',
      });
  });
});

describe('compression', () => {
  it('is used for large values that become smaller, and small ones stay as they are', async () => {
    const codec = compressed(JSON_CODEC, { fromBytes: 100 });
    const plain = await JSON_CODEC.encode(TEXT);
    expect((await codec.encode(TEXT)).byteLength).toBeLessThan(plain.byteLength / 10);
    expect(await codec.encode('short')).toEqual(await JSON_CODEC.encode('short'));
    const random = Buffer.concat([Buffer.of(1), randomBytes(2_000)]);
    const dense: Codec = { marks: [1], encode: () => random, decode: (bytes) => bytes.length };
    expect(await compressed(dense).encode('any')).toBe(random);
  });

  it('does not read a value that is too large', async () => {
    const bytes = await compressed(JSON_CODEC).encode('x'.repeat(100_000));
    await expect(
      new CodecReader([compressed(JSON_CODEC, { maxBytes: 10_000 })]).decode(bytes),
    ).rejects.toThrow('cannot be decoded');
  });

  it('starts at exactly the number of bytes in its options', async () => {
    const sizeOf = async (characters: number) =>
      (await compressed(JSON_CODEC, { fromBytes: 100 }).encode('x'.repeat(characters))).byteLength;
    const plain = (await JSON_CODEC.encode('')).byteLength;
    expect(await sizeOf(99 - plain)).toBe(99);
    expect(await sizeOf(100 - plain)).toBeLessThan(60);
  });

  it('refuses to write a value that no reader with the same options could read', async () => {
    const codec = compressed(JSON_CODEC, { maxBytes: 5_000 });
    const plain = (await JSON_CODEC.encode('')).byteLength;
    const largest = 'x'.repeat(5_000 - plain);
    expect(await new CodecReader([codec]).decode(await codec.encode(largest))).toBe(largest);
    await expect((async () => codec.encode(`${largest}x`))()).rejects.toThrow(
      'the value has 5001 bytes, more than 5000',
    );
  });

  it.each([0, -1, 0.5, NaN])('refuses the options fromBytes and maxBytes of %d', (bytes) => {
    expect(() => compressed(JSON_CODEC, { fromBytes: bytes })).toThrow('fromBytes: expected a whole number');
    expect(() => compressed(JSON_CODEC, { maxBytes: bytes })).toThrow('maxBytes: expected a whole number');
  });

  it('reads what was stored without it', async () => {
    const reader = new CodecReader([JSON_CODEC, compressed(JSON_CODEC)]);
    expect(await reader.decode(await JSON_CODEC.encode(TEXT))).toBe(TEXT);
  });
});

describe('a reader of several codecs', () => {
  const codec = (mark: number, decode: Codec['decode'] = () => 'value'): Codec => ({
    marks: [mark],
    encode: () => Buffer.of(mark),
    decode,
  });

  it.each([0, 1, 255])('accepts the mark %d', (mark) => {
    expect(new CodecReader([codec(mark)]).decode(Buffer.of(mark))).toBe('value');
  });

  it.each([-1, 256, 0.5, Number.NaN])('refuses the mark %d', (mark) => {
    expect(() => new CodecReader([codec(mark)])).toThrow(
      new RangeError(`marks: expected bytes from 0 to 255, got ${mark}`),
    );
  });

  it('names the mark that no codec has, and the error of the codec', async () => {
    const cause = new Error('broken');
    const failing = codec(1, () => Promise.reject(cause));
    const throwing = codec(2, () => {
      throw cause;
    });
    const reader = new CodecReader([failing, throwing]);
    expect(() => reader.decode(Buffer.of(7))).toThrow(
      expect.not.objectContaining({ cause: expect.anything() }),
    );
    expect(() => reader.decode(Buffer.of(7))).toThrow('with the mark 7, cannot be decoded');
    await expect(reader.decode(Buffer.of(1))).rejects.toMatchObject({ cause });
    expect(() => reader.decode(Buffer.of(2))).toThrow(expect.objectContaining({ cause }));
  });

  it('refuses what a codec decodes to data that cannot be frozen', async () => {
    const reader = new CodecReader([
      codec(1, async () => Buffer.from('x')),
      codec(2, () => Buffer.from('x')),
    ]);
    await expect(reader.decode(Buffer.of(1))).rejects.toMatchObject({ code: 'cache-value-not-decodable' });
    expect(() => reader.decode(Buffer.of(2))).toThrow('with the mark 2, cannot be decoded');
  });
});
