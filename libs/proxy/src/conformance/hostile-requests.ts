const GET = 'GET /v1/things/1 HTTP/1.1\r\n';
const POST = 'POST /v1/things HTTP/1.1\r\n';
const HOST = 'Host: shop.example\r\n';
const LAST = 'Connection: close\r\n\r\n';
/** The bytes that an attacker wants a server to parse as a separate request. */
const SMUGGLED = 'GET /v1/things/smuggled HTTP/1.1\r\nHost: shop.example\r\n\r\n';

const get = (fields: string) => `${GET}${HOST}${fields}\r\n`;
const getPath = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
const post = (fields: string, body: string) => `${POST}${HOST}${fields}\r\n\r\n${body}${SMUGGLED}`;
const chunked = (body: string) => post('Transfer-Encoding: chunked', body);
/** A request with a body of no bytes, if the server understands the coding. */
const coded = (fields: string) => post(fields, '0\r\n\r\n');

/** A request that two servers could read differently. */
export interface RefusedRequest {
  readonly name: string;
  readonly bytes: string;
  /** Default: 400. */
  readonly status?: number;
}

/** A request that is unusual, and that all servers must read in the same way. */
export interface NormalisedRequest {
  readonly name: string;
  readonly bytes: string;
  /** The request target that the upstream receives. */
  readonly target: string;
  /** The body that the upstream receives. */
  readonly body: string;
}

const refused = (name: string, bytes: string, status?: number): RefusedRequest => ({
  name,
  bytes,
  ...(status !== undefined && { status }),
});

/** HTTP/1 requests that a proxy refuses (RFC 9112 §11.2, RFC 3986 §6). It forwards no byte of them and of what follows them. */
export const REFUSED_REQUESTS: readonly RefusedRequest[] = [
  refused('two Hosts', `${GET}${HOST}Host: evil.example\r\n\r\n`),
  refused('two equal Hosts', `${GET}${HOST}${HOST}\r\n`),
  refused('no Host', `${GET}Accept: x\r\n\r\n`),
  refused('an empty Host', `${GET}Host: \r\n\r\n`),
  refused('a Host with a path', `${GET}Host: shop.example/x\r\n\r\n`),
  refused('a Host with user information', `${GET}Host: shop.example@evil.example\r\n\r\n`),
  refused('a Host that is a list', `${GET}Host: shop.example, evil.example\r\n\r\n`),
  refused('a Host with a space', `${GET}Host: shop.example evil.example\r\n\r\n`),
  refused(
    'an absolute form that names another host',
    `GET http://evil.example/v1/things/1 HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused(
    'an absolute form with user information',
    `GET http://shop.example@evil.example/v1/things/1 HTTP/1.1\r\n${HOST}\r\n`,
  ),
  refused('an absolute form of another scheme', `GET ftp://shop.example/v1/things/1 HTTP/1.1\r\n${HOST}\r\n`),
  refused('the asterisk form', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`),
  refused('Content-Length before chunked', coded('Content-Length: 4\r\nTransfer-Encoding: chunked')),
  refused('chunked before Content-Length', coded('Transfer-Encoding: chunked\r\nContent-Length: 6')),
  refused(
    'two Content-Lengths',
    `${POST}${HOST}Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  ),
  refused('a list of Content-Lengths', post('Content-Length: 5, 5', 'hello')),
  refused('a signed Content-Length', post('Content-Length: +5', 'hello')),
  refused('a negative Content-Length', post('Content-Length: -5', 'hello')),
  refused('a hexadecimal Content-Length', post('Content-Length: 0x5', 'hello')),
  refused('a space in Content-Length', post('Content-Length: 5 5', 'hello')),
  refused('a Content-Length too large to count', post('Content-Length: 99999999999999999999', 'hello')),
  refused('a transfer coding before chunked', coded('Transfer-Encoding: gzip, chunked')),
  refused('a transfer coding after chunked', coded('Transfer-Encoding: chunked, identity')),
  refused('chunked twice', coded('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked')),
  refused('chunked twice in a list', coded('Transfer-Encoding: chunked, chunked')),
  refused('an unknown transfer coding', coded('Transfer-Encoding: xchunked')),
  refused('an empty transfer coding', coded('Transfer-Encoding: ')),
  refused('chunked in quotes', coded('Transfer-Encoding: "chunked"')),
  refused('chunked with a parameter', coded('Transfer-Encoding: chunked;q=1')),
  refused('a vertical tab before chunked', coded('Transfer-Encoding: \x0bchunked')),
  refused('a space before a colon', coded('Transfer-Encoding : chunked')),
  refused('a tab before a colon', coded('Transfer-Encoding\t: chunked')),
  refused('a folded field', coded('Transfer-Encoding:\r\n chunked')),
  refused('a line feed alone', coded('X: y\nTransfer-Encoding: chunked')),
  refused('a carriage return alone', coded('X: y\rTransfer-Encoding: chunked')),
  refused('a NUL in a field', get('X: a\x00b\r\n')),
  refused('a space in a field name', get('X Y: a\r\n')),
  refused('an empty field name', get(': a\r\n')),
  refused('a field without a colon', get('X\r\n')),
  refused('a space before the first field', `${GET} ${HOST}\r\n`),
  refused('a chunk size that is not a number', chunked('xyz\r\n\r\n')),
  refused('a chunk size too large to count', chunked('fffffffffffffffff\r\n')),
  refused('a chunk longer than its size', chunked('2\r\nhello\r\n0\r\n\r\n')),
  refused('a chunk size with a sign', chunked('+5\r\nhello\r\n0\r\n\r\n')),
  refused('a chunk size in 0x notation', chunked('0x5\r\nhello\r\n0\r\n\r\n')),
  refused('a chunk that ends with a line feed alone', chunked('5\nhello\r\n0\r\n\r\n')),
  refused(
    'HTTP/1.0 with a transfer coding',
    `POST /v1/things HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`,
  ),
  refused('GET with a body', `${GET}${HOST}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`),
  refused('GET with chunks', `${GET}${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n${SMUGGLED}`),
  refused('an unknown HTTP version', `GET /v1/things/1 HTTP/1.9\r\n${HOST}\r\n`),
  refused('no HTTP version', `GET /v1/things/1\r\n${HOST}\r\n`),
  refused('a method with a space before it', ` ${get('')}`),
  refused('a space in the target', getPath('/v1/things/1 x')),
  refused('a tab in the target', getPath('/v1/things/1\tx')),
  refused('an empty segment', getPath('/v1//things/1')),
  refused('a dot segment with a parameter', getPath('/v1/x/..;/things/1')),
  refused('an encoded slash', getPath('/v1/things/..%2fadmin')),
  refused('a backslash', getPath('/v1/things/..\\admin')),
  refused('an encoded backslash', getPath('/v1/things/..%5Cadmin')),
  refused('an encoded NUL', getPath('/v1/things/1%00')),
  refused('half an escape', getPath('/v1/things/%4')),
  refused('an escape of other digits', getPath('/v1/things/%u0041')),
  refused('bytes beyond ASCII', getPath('/v1/things/\xe9')),
  refused('escapes that are not UTF-8', getPath('/v1/things/%ff')),
  refused('an overlong escape of a slash', getPath('/v1/things/%c0%af')),
  refused('a fragment', getPath('/v1/things/1#x')),
  refused('a long target', getPath(`/v1/things/${'a'.repeat(9_000)}`), 414),
  refused('header fields that are too large', get(`X: ${'a'.repeat(20_000)}\r\n`), 431),
  refused(
    'Connection that names Idempotency-Key',
    `${POST}${HOST}Idempotency-Key: a\r\nConnection: idempotency-key\r\nContent-Length: 0\r\n\r\n`,
  ),
  refused('Connection that names Host', get('Connection: close, Host\r\n')),
  refused(
    'Connection that names Content-Length',
    post('Content-Length: 5\r\nConnection: Content-Length', 'hello'),
  ),
  refused(
    'Connection that names X-Forwarded-For',
    get('X-Forwarded-For: 1.2.3.4\r\nConnection: x-forwarded-for\r\n'),
  ),
];

/** Unusual HTTP/1 requests with one meaning. A proxy forwards their normal form. */
export const NORMALISED_REQUESTS: readonly NormalisedRequest[] = [
  {
    name: 'the absolute form of its own Host',
    bytes: `GET http://Shop.example/v1/things/1?a=b HTTP/1.1\r\n${HOST}${LAST}`,
    target: '/v1/things/1?a=b',
    body: '',
  },
  {
    name: 'chunk extensions and trailers',
    bytes: `${POST}${HOST}Transfer-Encoding: chunked\r\n${LAST}5;a=b\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n`,
    target: '/v1/things',
    body: 'hello',
  },
  {
    name: 'a coding in capitals',
    bytes: `${POST}${HOST}Transfer-Encoding: CHUNKED\r\n${LAST}5\r\nhello\r\n0\r\n\r\n`,
    target: '/v1/things',
    body: 'hello',
  },
  {
    name: 'a chunk size with zeros before it',
    bytes: `${POST}${HOST}Transfer-Encoding: chunked\r\n${LAST}0005\r\nhello\r\n0\r\n\r\n`,
    target: '/v1/things',
    body: 'hello',
  },
  {
    name: 'HTTP/1.0 without a Host',
    bytes: 'GET /v1/things/1 HTTP/1.0\r\n\r\n',
    target: '/v1/things/1',
    body: '',
  },
  {
    name: 'escapes that are needed',
    bytes: `GET /v1/things/a%20b HTTP/1.1\r\n${HOST}${LAST}`,
    target: '/v1/things/a%20b',
    body: '',
  },
  {
    name: 'escapes that are not needed',
    bytes: `GET /v1/%74hings/a%2db%2Cc?%61=%62 HTTP/1.1\r\n${HOST}${LAST}`,
    target: '/v1/things/a-b%2Cc?%61=%62',
    body: '',
  },
  {
    name: 'dot segments',
    bytes: `GET /v1/x/../things/./1 HTTP/1.1\r\n${HOST}${LAST}`,
    target: '/v1/things/1',
    body: '',
  },
  {
    name: 'encoded dot segments above the root',
    bytes: `GET /%2e%2E/v1/things/%2e/1 HTTP/1.1\r\n${HOST}${LAST}`,
    target: '/v1/things/1',
    body: '',
  },
  {
    name: 'dots and slashes in its query',
    bytes: `GET /v1/things/1?next=/../a//b%2f HTTP/1.1\r\n${HOST}${LAST}`,
    target: '/v1/things/1?next=/../a//b%2f',
    body: '',
  },
  { name: 'an IPv6 Host', bytes: `${GET}Host: [::1]:8080\r\n${LAST}`, target: '/v1/things/1', body: '' },
  {
    name: 'an empty line before it',
    bytes: `\r\n${GET}${HOST}${LAST}`,
    target: '/v1/things/1',
    body: '',
  },
  {
    name: 'an option of Connection that names no field',
    bytes: `${GET}${HOST}Connection: close, x-unknown\r\n\r\n`,
    target: '/v1/things/1',
    body: '',
  },
];
