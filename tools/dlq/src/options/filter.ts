import { type DeadLetterFilter } from '@groundwork/contracts';
import { type CliOptions, usageError } from '@groundwork/operator-cli';
import { type Flags } from '../command.ts';
import { instant } from './instant.ts';

/** Options that select dead letters. A dead letter must match each given option. */
export const FILTER_OPTIONS = {
  type: { type: 'string', value: 'TYPE', about: 'dead letters of events of this type' },
  consumer: { type: 'string', value: 'NAME', about: 'dead letters of this consumer' },
  error: { type: 'string', value: 'CODE', about: 'dead letters whose last failure has this code' },
  key: { type: 'string', value: 'KEY', about: 'dead letters of events with this key' },
  from: {
    type: 'string',
    value: 'TIME',
    about: 'failed at or after, e.g. 2026-01-31 (in UTC) or 2026-01-31T09:00+01:00',
  },
  to: { type: 'string', value: 'TIME', about: 'failed before' },
} as const satisfies CliOptions;

const TEXTS = [
  ['type', 'eventType'],
  ['consumer', 'consumer'],
  ['error', 'errorCode'],
  ['key', 'key'],
] as const;
const TIMES = ['from', 'to'] as const;

/** @throws {CliError} `usage`, naming the option and the expected value */
export function filterOf(flags: Flags): DeadLetterFilter {
  const filter: DeadLetterFilter = {};
  for (const [name, field] of TEXTS) {
    const text = flags[name] as string | undefined;
    if (text === undefined) continue;
    if (text.length < 1 || text.length > 1_024) throw usageError(`--${name}: expected 1 to 1024 characters`);
    filter[field] = text;
  }
  for (const name of TIMES) {
    const text = flags[name] as string | undefined;
    if (text !== undefined) filter[name] = instant(name, text);
  }
  if (filter.from !== undefined && filter.to !== undefined && filter.from >= filter.to) {
    throw usageError(`--from ${filter.from} is not before --to ${filter.to}: no dead letter matches both`);
  }
  return filter;
}

/** Returns the same filter as words of a command. */
export function filterWords(filter: DeadLetterFilter): string[] {
  const texts = TEXTS.map(([name, field]) => [name, filter[field]] as const);
  const times = TIMES.map((name) => [name, filter[name]] as const);
  return [...texts, ...times].flatMap(([name, value]) => optionWords(name, value));
}

/** A value that starts with a dash needs `=`; otherwise it would be parsed as an option. */
export function optionWords(name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}
