import { type Candidate } from './load-balancers/load-balancer.ts';
import { type EndpointAddress } from './dns.ts';
import { ConnectBackoff } from './health/connect-backoff.ts';
import { UnansweredRequests } from './health/unanswered-requests.ts';
import { StalledResponses } from './stalled-responses.ts';
import { type Transport } from './transport.ts';

export interface EndpointLimits {
  /** Connections to one endpoint. Default: 256. */
  readonly connections: number;
  /** Requests that may wait for a connection, as happens for a moment in a burst. Default: 256. */
  readonly pending: number;
}

/** One process behind a cluster: its connections, its load, and the signs of its health. */
export class Endpoint implements Candidate {
  readonly origin: string;
  readonly host: string;
  readonly transport: Transport;
  readonly connects = new ConnectBackoff();
  readonly unanswered = new UnansweredRequests();
  readonly stalled: StalledResponses;
  readonly #limits: EndpointLimits;
  /** Its share of the load relative to other endpoints. It grows while the endpoint warms up. */
  weight = 1;
  inFlight = 0;
  /** Streamed bodies in flight: each uses a connection for as long as its client takes to send. */
  uploads = 0;

  constructor({ origin, host }: EndpointAddress, transport: Transport, limits: EndpointLimits) {
    this.origin = origin;
    this.host = host;
    this.transport = transport;
    this.stalled = new StalledResponses(limits.connections / 2);
    this.#limits = limits;
  }

  /** Whether all connections are in use. */
  get isExhausted(): boolean {
    return this.inFlight >= this.#limits.connections;
  }

  /** Streamed bodies get at most half of the connections. */
  hasRoom(isUpload: boolean): boolean {
    const { connections, pending } = this.#limits;
    return this.inFlight < connections + pending && !(isUpload && this.uploads >= connections / 2);
  }
}
