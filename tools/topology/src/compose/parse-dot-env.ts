import { TopologyError } from '../topology.error.ts';
import { interpolate, type Variables } from './interpolate.ts';

const NAME = /^(?:export\s+)?([\p{L}\p{N}_.[\]-]+)[^\S\n]*(?:[=:][^\S\n]*|(?=\n|$))/u;
/** `\$` becomes `$$`, which the interpolation reads as a dollar. */
const ESCAPE = /\\([abfnrtv$"\\])/g;
const ESCAPED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  $: '$$',
};

/**
 * Reads a `.env` file as Compose does (compose-go/dotenv): `NAME=value`, `NAME: value`, `export NAME=value`; quotes, also
 * over several lines; escapes in double quotes; variables in all values except those in single quotes; comments. A name
 * without a value takes the value of the environment. Variables of the environment have priority over those of the file.
 *
 * @throws TopologyError `invalid-dot-env`, with `path` and the line
 */
export function parseDotEnv(text: string, environment: Variables, path: string): Variables {
  const source = text.replaceAll('\r\n', '\n');
  const result: Record<string, string | undefined> = {};
  for (let at = nextStatement(source, 0); at < source.length;) {
    const where = `${path} line ${source.slice(0, at).split('\n').length}`;
    const [start, name = ''] = NAME.exec(source.slice(at)) ?? refuse(where, 'expected NAME=value');
    at += start.length;
    if (/[=:]\s*$/.test(start)) {
      const { raw, quote, end } = readValue(source, at, where);
      result[name] =
        quote === "'" ? raw : interpolate(unescape(raw, quote), { ...result, ...environment }, where);
      at = end;
    } else {
      result[name] = environment[name];
    }
    at = nextStatement(source, at);
  }
  return result;
}

/** Returns the position after white space and comments. */
function nextStatement(source: string, from: number): number {
  return from + (/^(?:\s+|#[^\n]*)*/.exec(source.slice(from))?.[0].length ?? 0);
}

interface Value {
  /** The text between the quotes, with escaped quote marks replaced. */
  readonly raw: string;
  readonly quote: string | undefined;
  /** The position after the value. */
  readonly end: number;
}

function readValue(source: string, at: number, where: string): Value {
  const quote = source[at];
  if (quote !== '"' && quote !== "'") {
    const line = /^[^\n]*/.exec(source.slice(at))?.[0] ?? '';
    const withoutComment = line.startsWith('#') ? '' : (line.split(' #')[0] ?? '');
    return { raw: withoutComment.trimEnd(), quote: undefined, end: at + line.length };
  }
  let end = at + 1;
  while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1;
  if (end >= source.length) refuse(where, `a ${quote} is never closed`);
  return { raw: source.slice(at + 1, end).replaceAll(`\\${quote}`, quote), quote, end: end + 1 };
}

function unescape(raw: string, quote: string | undefined): string {
  return quote === '"'
    ? raw.replaceAll(ESCAPE, (_, character: string) => ESCAPED[character] ?? character)
    : raw;
}

function refuse(where: string, why: string): never {
  throw new TopologyError('invalid-dot-env', `${where}: ${why}`);
}
