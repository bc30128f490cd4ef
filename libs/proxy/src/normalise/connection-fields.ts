import { type IncomingHttpHeaders } from 'node:http';
import { malformedRequest } from './malformed-request.ts';

/** Fields that apply to one connection only (RFC 9110 §7.6.1, and further ones that older proxies treat this way). */
const CONNECTION_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
]);

/** The values of Connection that need no look at their options. */
const isPlain = (connection: string | undefined) =>
  connection === undefined || connection === 'keep-alive' || connection === 'close';

const optionsOf = (connection: string) => connection.split(',').map((option) => option.trim().toLowerCase());

/** Whether a field of a request ends at the proxy. `name` is in lower case. */
export function isConnectionField(name: string): boolean {
  return CONNECTION_FIELDS.has(name);
}

/**
 * Refuses a request whose Connection field names an end-to-end field, such as Idempotency-Key or X-Forwarded-For: the proxy
 * would remove a field on which it or the service has relied (RFC 9110 §7.6.1 forbids to send such a name).
 *
 * @throws {ProxyProblem} 400 `malformed-request`
 */
export function checkConnectionOptions(headers: IncomingHttpHeaders): void {
  const { connection } = headers;
  if (connection === undefined || isPlain(connection)) return;
  for (const option of optionsOf(connection)) {
    if (Object.hasOwn(headers, option) && !CONNECTION_FIELDS.has(option))
      throw malformedRequest('The Connection field names a field that is meant for the server.');
  }
}

/** Returns the names of a response's fields that are not forwarded: the fixed ones, and the options of its Connection field. */
export function connectionFieldsOf(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || isPlain(connection)) return CONNECTION_FIELDS;
  return new Set([...CONNECTION_FIELDS, ...optionsOf(connection)]);
}
