import { type DeadLetterFilter } from '@groundwork/contracts';
import { type CliOptions, usageError } from '@groundwork/operator-cli';
import { type Flags } from '../command.ts';
import { instant } from './instant.ts';

/** Which letters are meant: those that meet every one that is given. */
export const FILTER_OPTIONS = {
  type: { type: 'string', value: 'TYPE', about: 'events of this type' },
  consumer: { type: 'string', value: 'NAME', about: 'this consumer gave up on them' },
  error: { type: 'string', value: 'CODE', about: 'their last failure has this code' },
  key: { type: 'string', value: 'KEY', about: 'events of this key' },
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

/** @throws {CliError} `usage`, naming the option and what was expected */
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
    throw usageError(`--from ${filter.from} is not before --to ${filter.to}: no letter meets both`);
  }
  return filter;
}

/** The same filter as words of a command. */
export function filterWords(filter: DeadLetterFilter): string[] {
  const texts = TEXTS.map(([name, field]) => [name, filter[field]] as const);
  const times = TIMES.map((name) => [name, filter[name]] as const);
  return [...texts, ...times].flatMap(([name, value]) => optionWords(name, value));
}

/** What begins with a dash would be taken for an option. */
export function optionWords(name: string, value: string | undefined): string[] {
  if (value === undefined) return [];
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}
