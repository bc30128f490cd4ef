import { ProblemError } from '@groundwork/service-kit';
import { type IncomingMessage } from 'node:http';
import { normalisePath } from './normalise-path.ts';

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
/** The characters that RFC 3986 allows in a URL, with complete percent-encoded triples. */
const TARGET = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
/** Dot segments and encoded separators: two servers could read them as two different paths. */
const AMBIGUOUS_PATH = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|%2f|%5c|%00/i;

/** The end of this request is ambiguous, so the gateway reads nothing more from its connection. */
export class MalformedRequest extends ProblemError {
  constructor(detail: string) {
    super({ status: 400, code: 'malformed-request', detail, headers: { connection: 'close' } });
  }
}

const malformed = (detail: string) => new MalformedRequest(detail);

/**
 * Refuses requests that Node's parser accepts but another server might read differently (request smuggling, RFC 9112 §11.2).
 * Rewrites the target to origin-form with a normalised path.
 *
 * @throws {MalformedRequest}
 */
export function checkFraming(request: IncomingMessage): void {
  // Node parses a request line without a version as HTTP/0.9.
  if (request.httpVersion === '0.9') throw malformed('HTTP/0.9 is not supported; use HTTP/1.1.');
  const host = soleHost(request);
  request.url = originForm(request.url ?? '', host);
  if (!TARGET.test(request.url))
    throw malformed('The request target contains characters that are not allowed in a URL.');
  const path = request.url.split('?', 1)[0] ?? '';
  if (AMBIGUOUS_PATH.test(path)) throw malformed('The path contains dot segments or encoded separators.');
  const normalised = normalisePath(path);
  if (normalised === undefined) throw malformed('The percent-encoded bytes in the path are not valid UTF-8.');
  request.url = normalised + request.url.slice(path.length);
  checkBodyFraming(request);
}

/** Returns the only Host (RFC 9112 §3.2 requires exactly one; Node keeps the first of several). HTTP/1.0 may omit it. */
function soleHost({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined) throw malformed('The request has more than one Host field.');
    host = rawHeaders[index + 1] ?? '';
  }
  if (host === undefined) {
    if (httpVersion === '1.0') return undefined;
    throw malformed('The request has no Host field.');
  }
  if (!HOST.test(host)) throw malformed('The Host field must be a name or an address with an optional port.');
  return host;
}

/** RFC 9112 §3.2.2: a proxy must accept the absolute form. Its host must equal the Host field, to be unambiguous. */
function originForm(target: string, host: string | undefined): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(target);
  if (!absolute) throw malformed('The request target must be a path or an absolute http URL.');
  const [, authority = '', rest = ''] = absolute;
  if (host === undefined || authority.toLowerCase() !== host.toLowerCase()) {
    throw malformed('The host in the request target differs from the Host field.');
  }
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function checkBodyFraming({ headers, method, httpVersion }: IncomingMessage): void {
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw malformed('The only supported transfer coding is chunked.');
    if (length !== undefined) throw malformed('The request has both Content-Length and Transfer-Encoding.');
    if (httpVersion === '1.0') throw malformed('Transfer codings are not allowed in HTTP/1.0.');
  }
  // One server reads such a body; another one parses it as the next request.
  const hasBody = coding !== undefined || (length !== undefined && Number(length) > 0);
  if (hasBody && (method === 'GET' || method === 'HEAD')) {
    throw malformed('GET and HEAD must not have a body.');
  }
}
