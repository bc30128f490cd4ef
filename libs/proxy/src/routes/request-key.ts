import { type IncomingHttpHeaders } from 'node:http';
import { fieldValue } from './field-value.ts';
import { compilePathTemplate } from './path-template.ts';
import { type PathMatch } from './route-match.ts';

export interface KeyedRequest {
  readonly headers: IncomingHttpHeaders;
  /** In its normal form. */
  readonly path: string;
  readonly clientAddress: string;
}

/** Returns the key of a request, or undefined if it has none. Requests with equal keys stay together. */
export type RequestKey = (request: KeyedRequest) => string | undefined;

/**
 * Compiles where the key of a request is: `address`, `header:NAME`, `cookie:NAME` or `parameter:NAME` of the route's path.
 *
 * @throws {RangeError} for another text, or a parameter that the path does not have
 */
export function compileRequestKey(match: PathMatch, source: string): RequestKey {
  const [kind, name = ''] = source.split(':', 2);
  if (source === 'address') return ({ clientAddress }) => clientAddress;
  if (name === '') throw unknownSource(source);
  switch (kind) {
    case 'header': {
      const field = name.toLowerCase();
      return ({ headers }) => fieldValue(headers[field]);
    }
    case 'cookie':
      return ({ headers }) => cookieOf(headers.cookie, name);
    case 'parameter': {
      const value = compilePathTemplate(match, `{${name}}`);
      return ({ path }) => value(path);
    }
    default:
      throw unknownSource(source);
  }
}

/** Returns the first cookie of a name (RFC 6265 §4.2.1). */
function cookieOf(field: string | undefined, name: string): string | undefined {
  for (const pair of field?.split(';') ?? []) {
    const [given = '', ...value] = pair.split('=');
    if (given.trim() === name) return value.join('=').trim();
  }
  return undefined;
}

const unknownSource = (source: string) =>
  new RangeError(`expected address, header:NAME, cookie:NAME or parameter:NAME, not "${source}"`);
