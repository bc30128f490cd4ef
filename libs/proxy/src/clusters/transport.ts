import { type Dispatcher, Pool } from 'undici';

/**
 * The connections to one endpoint. `dispatch` starts a request and returns at once; the handler gets its events. `close` resolves
 * when the requests in flight have ended; `destroy` ends them. A test passes its own.
 */
export type Transport = Pick<Dispatcher, 'dispatch' | 'close' | 'destroy'>;

export interface TransportOptions {
  /** Connections at the same time. */
  readonly connections: number;
  readonly connectTimeoutMs: number;
  /** An idle connection is closed after this time: before the endpoint closes it, or a request meets a closing connection. */
  readonly idleConnectionMs: number;
  /** An older connection is closed when it is idle, so that load moves to new endpoints and certificates are renewed. */
  readonly connectionAgeMs: number;
}

/** Opens the connections to an origin such as `http://10.0.0.1:3000`, with undici. */
export function openTransport(origin: string, options: TransportOptions): Transport {
  return new Pool(origin, {
    connections: options.connections,
    pipelining: 1,
    connect: { timeout: options.connectTimeoutMs },
    clientTtl: options.connectionAgeMs,
    keepAliveTimeout: options.idleConnectionMs,
    // The router limits the time until the head of a response.
    headersTimeout: 0,
  });
}
