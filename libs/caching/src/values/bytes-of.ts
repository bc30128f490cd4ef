/** Sizes in V8 on a 64-bit machine. `memory-tier.memory.test.ts` compares the sums with the heap. */
const SLOT = 8;
const STRING_HEADER = 16;
const OBJECT_HEADER = 40;
const ARRAY_HEADER = 32;
const DOUBLE = 16;
const MOST_OF_A_SHAPE = 25;
const NAME_IN_A_MAP = 7 * SLOT;

/** Estimates how many bytes of the heap plain JSON data takes, without the slot that refers to it. */
export function bytesOf(value: unknown): number {
  if (typeof value === 'string') return bytesOfText(value);
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 0 : DOUBLE;
  if (typeof value !== 'object' || value === null) return 0;
  const items: unknown[] = Object.values(value);
  let bytes = Array.isArray(value) ? ARRAY_HEADER : OBJECT_HEADER + bytesOfNames(value, items.length);
  bytes += items.length * SLOT;
  for (const item of items) bytes += bytesOf(item);
  return bytes;
}

/** Objects of one shape share the names of their properties. An object with many is taken for a map with names of its own. */
function bytesOfNames(value: object, count: number): number {
  if (count <= MOST_OF_A_SHAPE) return 0;
  let bytes = 0;
  for (const name of Object.keys(value)) bytes += bytesOfText(name) + NAME_IN_A_MAP;
  return bytes;
}

/** V8 stores a text with one byte for each character, or with two if one of them is not Latin-1. */
function bytesOfText(text: string): number {
  const isWide = /[\u0100-\uffff]/.test(text);
  return STRING_HEADER + Math.ceil((text.length * (isWide ? 2 : 1)) / SLOT) * SLOT;
}
