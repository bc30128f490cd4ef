import { TopologyError } from '../topology.error.ts';

const UNIT_MS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
const UNIT_BYTES: Record<string, number> = { b: 1, k: 1_024, m: 1_024 ** 2, g: 1_024 ** 3 };

/** Parses Compose's durations, `1m30s` or `500ms`, to milliseconds. */
export function parseDuration(text: unknown, where: string): number {
  const parts = typeof text === 'string' ? [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)] : [];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw invalid(where, text, 'a duration such as 5s or 1m30s');
  }
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? NaN), 0);
}

/** Parses Compose's sizes, `256m` or `1gb`, to bytes. */
export function parseBytes(text: unknown, where: string): number {
  const match = /^(\d+)\s*(b|k|m|g)?b?$/i.exec(String(text));
  if (match === null) throw invalid(where, text, 'a size such as 256m');
  return Number(match[1]) * (UNIT_BYTES[(match[2] ?? 'b').toLowerCase()] ?? NaN);
}

export function parseInteger(value: unknown, where: string, lowest: number): number {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= lowest) return number;
  throw invalid(where, value, `a whole number of at least ${lowest}`);
}

export function invalid(where: string, value: unknown, expected: string): TopologyError {
  return new TopologyError(
    'invalid-compose-file',
    `${where} is ${JSON.stringify(value)}; expected ${expected}`,
  );
}
