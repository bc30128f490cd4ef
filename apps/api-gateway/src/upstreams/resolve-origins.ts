import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

export interface Origin {
  readonly origin: string;
  readonly host: string;
}

/** Returns every address behind a URL: each A record of a name is a replica. Rejects if the name cannot be resolved. */
export async function resolveOrigins(url: URL): Promise<Origin[]> {
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(hostname) !== 0) return [{ origin: url.origin, host: url.host }];
  const addresses = await lookup(hostname, { all: true });
  const port = url.port === '' ? '' : `:${url.port}`;
  return addresses.map(({ address, family }) => ({
    origin: `${url.protocol}//${family === 6 ? `[${address}]` : address}${port}`,
    host: url.host,
  }));
}
