import { type IncomingMessage } from 'node:http';
import { ProxyProblem } from '../proxy-problem.ts';
import { checkConnectionOptions } from './connection-fields.ts';
import { malformedRequest } from './malformed-request.ts';
import { normalisePath } from './path.ts';

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
/** The characters that RFC 3986 allows in a path and a query, with complete percent-encoded triples. */
const TARGET = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;

export interface RequestTarget {
  /** In its normal form. */
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
}

export interface FramingLimits {
  /** A longer request target gets a 414. RFC 9110 §4.1 recommends to support at least 8,000. */
  readonly maxTargetBytes?: number;
}

/**
 * Refuses requests that Node's parser accepts but another server might read differently (request smuggling, RFC 9112 §11.2).
 *
 * @returns the target in origin form, with the normal form of its path
 * @throws {ProxyProblem} 400 `malformed-request`, which closes the connection; 414 `uri-too-long`
 */
export function checkFraming(
  request: IncomingMessage,
  { maxTargetBytes = 8_192 }: FramingLimits = {},
): RequestTarget {
  // Node parses a request line without a version as HTTP/0.9.
  if (request.httpVersion === '0.9') throw malformedRequest('HTTP/0.9 is not supported; use HTTP/1.1.');
  const { url = '' } = request;
  if (url.length > maxTargetBytes) throw targetTooLong(maxTargetBytes);
  const target = originForm(url, soleHost(request));
  if (!TARGET.test(target))
    throw malformedRequest('The request target contains characters that are not allowed in a URL.');
  checkBodyFraming(request);
  checkConnectionOptions(request.headers);
  const queryAt = target.indexOf('?');
  if (queryAt === -1) return { path: normalisePath(target), query: '' };
  return { path: normalisePath(target.slice(0, queryAt)), query: target.slice(queryAt) };
}

/** Returns the only Host (RFC 9112 §3.2 requires exactly one; Node keeps the first of several). HTTP/1.0 may omit it. */
function soleHost({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined) throw malformedRequest('The request has more than one Host field.');
    host = rawHeaders[index + 1] ?? '';
  }
  if (host === undefined) {
    if (httpVersion === '1.0') return undefined;
    throw malformedRequest('The request has no Host field.');
  }
  if (!HOST.test(host))
    throw malformedRequest('The Host field must be a name or an address with an optional port.');
  return host;
}

/** RFC 9112 §3.2.2: a proxy must accept the absolute form. Its host must equal the Host field, to be unambiguous. */
function originForm(target: string, host: string | undefined): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(target);
  if (!absolute) throw malformedRequest('The request target must be a path or an absolute http URL.');
  const [, authority = '', rest = ''] = absolute;
  if (host === undefined || authority.toLowerCase() !== host.toLowerCase()) {
    throw malformedRequest('The host in the request target differs from the Host field.');
  }
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function checkBodyFraming({ headers, method, httpVersion }: IncomingMessage): void {
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked')
      throw malformedRequest('The only supported transfer coding is chunked.');
    if (length !== undefined)
      throw malformedRequest('The request has both Content-Length and Transfer-Encoding.');
    if (httpVersion === '1.0') throw malformedRequest('Transfer codings are not allowed in HTTP/1.0.');
  }
  // One server reads such a body; another one parses it as the next request.
  const hasBody = coding !== undefined || (length !== undefined && Number(length) > 0);
  if (hasBody && (method === 'GET' || method === 'HEAD')) {
    throw malformedRequest('GET and HEAD must not have a body.');
  }
}

const targetTooLong = (maxBytes: number) =>
  new ProxyProblem({
    status: 414,
    code: 'uri-too-long',
    detail: `The request target is longer than ${maxBytes} bytes.`,
    headers: { connection: 'close' },
  });
