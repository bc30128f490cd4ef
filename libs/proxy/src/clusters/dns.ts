import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

export interface EndpointAddress {
  /** Where to connect to, such as `http://10.0.0.1:3000`. */
  readonly origin: string;
  /** The value of Host: the name of the service, even if the connection goes to one of its addresses. */
  readonly host: string;
}

/** Returns every address behind a URL: each address record of a name is an endpoint. Rejects if the name cannot be resolved. */
export async function resolveEndpoints(url: URL): Promise<EndpointAddress[]> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(hostname) !== 0) return [{ origin: url.origin, host: url.host }];
  const addresses = await lookup(hostname, { all: true });
  const port = url.port === '' ? '' : `:${url.port}`;
  return addresses.map(({ address, family }) => ({
    origin: `${url.protocol}//${family === 6 ? `[${address}]` : address}${port}`,
    host: url.host,
  }));
}
