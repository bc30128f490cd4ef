import { imul } from '../math.ts';
import { mix } from '../mix.ts';
import { murmur3 } from '../murmur3.ts';
import { type NodeMap } from './node-map.ts';

const PROBES = Array.from({ length: 32 }, (_, n) => `probe:${n}`);

/**
 * Returns 8 hexadecimal digits that cover the map's algorithm and options, its nodes with their weights, its tables, and the
 * nodes of some keys, so that a process with different code gets a different checksum. It sums numbers instead of bytes, so
 * the byte order of the machine does not matter.
 */
export function checksumOf(algorithm: string, map: NodeMap, ...tables: readonly ArrayLike<number>[]): string {
  const nodes = map.nodes.map(({ name, weight }) => [name, weight]);
  const answers = PROBES.map((key) => map.getNodes(key, 3));
  let sum = murmur3(JSON.stringify([algorithm, nodes, answers]));
  for (const table of tables) sum = fold(sum, new Uint32Array(table));
  return (sum >>> 0).toString(16).padStart(8, '0');
}

function fold(sum: number, table: Uint32Array): number {
  for (let at = 0; at < table.length; at++) sum = mix(imul(sum, 31) + (table[at] as number));
  return sum;
}
