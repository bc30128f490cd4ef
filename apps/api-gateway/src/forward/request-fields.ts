import { isConnectionField } from '@groundwork/proxy';
import { type IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** Fields that the gateway sets itself or that only the gateway uses. The client's values are not forwarded. */
const REPLACED: ReadonlySet<string> = new Set([
  'host',
  'via',
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'true-client-ip',
  'x-request-id',
  'traceparent',
  'x-operator-key',
]);

export interface RequestOrigin {
  readonly clientAddress: string;
  readonly requestId: string;
  readonly traceparent: string;
}

/** Returns the fields of the forwarded request as a flat list of names and values. The Host is added for each replica. */
export function requestFields(request: IncomingMessage, origin: RequestOrigin): string[] {
  const { rawHeaders, headers } = request;
  const fields: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (isConnectionField(name) || isReplaced(name)) continue;
    fields.push(name, rawHeaders[index + 1] ?? '');
  }
  const { clientAddress, requestId, traceparent } = origin;
  const client = isIPv6(clientAddress) ? `"[${clientAddress}]"` : clientAddress;
  const host = headers.host ?? '';
  const via = headers.via === undefined ? '' : `${headers.via}, `;
  fields.push('x-forwarded-for', clientAddress, 'x-forwarded-proto', 'http', 'x-forwarded-host', host);
  fields.push('forwarded', `for=${client};host="${host}";proto=http`, 'via', `${via}1.1 api-gateway`);
  fields.push('x-request-id', requestId, 'traceparent', traceparent);
  return fields;
}

/** Some servers read `X_Forwarded_For` as `X-Forwarded-For`, so both spellings are dropped. */
function isReplaced(name: string): boolean {
  const spelt = name.includes('_') ? name.replaceAll('_', '-') : name;
  return REPLACED.has(spelt) || spelt.startsWith('x-forwarded-');
}
