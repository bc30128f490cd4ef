import { type IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { isConnectionField } from '../normalise/connection-fields.ts';

/** Fields that the proxy sets itself. The client's values are not forwarded. */
const REPLACED: ReadonlySet<string> = new Set([
  'host',
  'via',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'x-request-id',
]);

export interface RequestOrigin {
  readonly clientAddress: string;
  readonly protocol: 'http' | 'https';
  readonly requestId: string;
  /** A new parent for the trace of the request. Default: the client's stays. */
  readonly traceparent?: string;
}

export interface ForwardedFieldsOptions {
  /** The name of this proxy in Via. */
  readonly pseudonym: string;
  /** Fields that only the proxy uses, such as credentials, in lower case. They are not forwarded. */
  readonly ownFields?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * Returns the fields of the forwarded request as a flat list of names and values. The Host is added for each endpoint.
 */
export function forwardedFields(
  { rawHeaders, headers, httpVersion }: IncomingMessage,
  { clientAddress, protocol, requestId, traceparent }: RequestOrigin,
  { pseudonym, ownFields = NONE }: ForwardedFieldsOptions,
): string[] {
  const fields: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (isConnectionField(name) || isReplaced(name, ownFields)) continue;
    if (name === 'traceparent' && traceparent !== undefined) continue;
    fields.push(name, rawHeaders[index + 1] ?? '');
  }
  const client = isIPv6(clientAddress) ? `"[${clientAddress}]"` : clientAddress;
  const host = headers.host ?? '';
  const via = headers.via === undefined ? '' : `${headers.via}, `;
  fields.push('x-forwarded-for', clientAddress, 'x-forwarded-proto', protocol, 'x-forwarded-host', host);
  fields.push('forwarded', `for=${client};host="${host}";proto=${protocol}`);
  fields.push('via', `${via}${httpVersion} ${pseudonym}`);
  fields.push('x-request-id', requestId);
  if (traceparent !== undefined) fields.push('traceparent', traceparent);
  return fields;
}

/** Some servers read `X_Forwarded_For` as `X-Forwarded-For`, so both spellings are dropped. */
function isReplaced(name: string, ownFields: ReadonlySet<string>): boolean {
  const spelt = name.includes('_') ? name.replaceAll('_', '-') : name;
  return REPLACED.has(spelt) || ownFields.has(spelt) || spelt.startsWith('x-forwarded-');
}
