import { ProblemError } from '@groundwork/service-kit';
import { type IncomingMessage } from 'node:http';
import { normalisePath } from './normalise-path.ts';

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
/** RFC 3986, plus nothing: what a URL may hold, percent-encoded triples whole. */
const TARGET = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*$/;
/** Dot segments and encoded separators: what two servers could read as two different paths. */
const AMBIGUOUS_PATH = /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)|%2f|%5c|%00/i;

/** Where a request ends is in doubt, so nothing that follows it on its connection may be read. */
export class MalformedRequest extends ProblemError {
  constructor(detail: string) {
    super({ status: 400, code: 'malformed-request', detail, headers: { connection: 'close' } });
  }
}

const malformed = (detail: string) => new MalformedRequest(detail);

/**
 * Refuses what Node's parser lets through but another server might read differently (request smuggling, RFC 9112 §11.2),
 * and writes the target in one way: in origin-form, its path normalised.
 *
 * @throws {MalformedRequest}
 */
export function checkFraming(request: IncomingMessage): void {
  // Node takes a request line without a version for HTTP/0.9.
  if (request.httpVersion === '0.9') throw malformed('HTTP/0.9 is not spoken here.');
  const host = soleHost(request);
  request.url = originForm(request.url ?? '', host);
  if (!TARGET.test(request.url)) throw malformed('The target holds characters that a URL may not.');
  const path = request.url.split('?', 1)[0] ?? '';
  if (AMBIGUOUS_PATH.test(path)) throw malformed('The path holds dot segments or encoded separators.');
  const normalised = normalisePath(path);
  if (normalised === undefined) throw malformed('The escapes in the path are not UTF-8.');
  request.url = normalised + request.url.slice(path.length);
  checkBodyFraming(request);
}

/** RFC 9112 §3.2: exactly one Host; Node keeps the first of several. HTTP/1.0 may leave it out. */
function soleHost({ rawHeaders, httpVersion }: IncomingMessage): string | undefined {
  let host: string | undefined;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index];
    if (name?.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (host !== undefined) throw malformed('There is more than one Host.');
    host = rawHeaders[index + 1] ?? '';
  }
  if (host === undefined) {
    if (httpVersion === '1.0') return undefined;
    throw malformed('There is no Host.');
  }
  if (!HOST.test(host)) throw malformed('The Host is not a name or address with an optional port.');
  return host;
}

/** RFC 9112 §3.2.2: a proxy must accept the absolute form; which of two hosts is meant must not be in doubt. */
function originForm(target: string, host: string | undefined): string {
  if (target.startsWith('/')) return target;
  const absolute = /^https?:\/\/([^/?#]+)(.*)$/i.exec(target);
  if (!absolute) throw malformed('The target is neither a path nor an absolute http URL.');
  const [, authority = '', rest = ''] = absolute;
  if (host === undefined || authority.toLowerCase() !== host.toLowerCase()) {
    throw malformed('The target names another host than Host does.');
  }
  return rest.startsWith('/') ? rest : `/${rest}`;
}

function checkBodyFraming({ headers, method, httpVersion }: IncomingMessage): void {
  const coding = headers['transfer-encoding'];
  const length = headers['content-length'];
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw malformed('The one transfer coding understood is chunked.');
    if (length !== undefined) throw malformed('There is a Content-Length beside Transfer-Encoding.');
    if (httpVersion === '1.0') throw malformed('HTTP/1.0 has no transfer codings.');
  }
  // A body that one server reads and another leaves for the next request.
  const hasBody = coding !== undefined || (length !== undefined && Number(length) > 0);
  if (hasBody && (method === 'GET' || method === 'HEAD')) {
    throw malformed('GET and HEAD take no body.');
  }
}
