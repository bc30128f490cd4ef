import { createHash } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';
import { type Socket } from 'node:net';
import { clientAddress, limitKey } from '../../http/client-address.ts';

/** What Express and Fastify requests have in common. */
export interface LimitedRequest {
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
}

/**
 * Counts by the address of the connection; an IPv6 /64 is one client. Forwarding headers are ignored, because clients write
 * them. Behind a proxy, all clients have the address of the proxy: pass a function that reads the header that it sets.
 */
export function byAddress({ socket }: LimitedRequest): string {
  return limitKey(clientAddress(socket));
}

/**
 * Counts by a header, such as an API key, and requests without it by their address. The key is a digest, so secrets are not
 * stored and long values cost nothing.
 *
 * A client may invent values, and each has a bucket of its own. So count only what an earlier guard has verified, or add a rule
 * with `byAddress`.
 */
export function byHeader(name: string): (request: LimitedRequest) => string {
  const lowerCase = name.toLowerCase();
  return (request) => {
    const value = request.headers[lowerCase];
    if (value === undefined || value.length === 0) return byAddress(request);
    return createHash('sha256').update(String(value)).digest('base64url');
  };
}
