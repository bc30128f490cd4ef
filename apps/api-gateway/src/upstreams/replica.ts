import { Pool } from 'undici';
import { StalledAnswers } from './stalled-answers.ts';

const FIRST_ASIDE_MS = 250;
const LONGEST_ASIDE_MS = 5_000;
const CONNECTIONS = 256;
/** The same number of requests may wait for a connection, as happens for a moment in a burst. */
const MOST_IN_FLIGHT = 2 * CONNECTIONS;
/** Streamed bodies: each uses a connection for as long as its client takes to send. */
const MOST_UPLOADS = CONNECTIONS / 2;
/** A replica is suspected to hang when requests wait and it has answered none for this time. */
const SILENT_FOR_MS = 1_000;

/** A request that was sent completely and has no response yet. */
export interface Unanswered {
  /** Called after each probe that the replica does not answer. */
  replicaHangs(): void;
}

/** One instance behind an upstream: its connections, its load, and whether it is available. */
export class Replica {
  readonly origin: string;
  /** The value of Host: the replica's name, even if the connection goes to one of the addresses of the name. */
  readonly host: string;
  readonly pool: Pool;
  readonly stalledAnswers = new StalledAnswers({ most: CONNECTIONS / 2 });
  inFlight = 0;
  uploads = 0;
  #refusals = 0;
  #asideUntil = 0;
  #isHung = false;
  /** Requests without a response, with the time at which they were sent, oldest first. */
  readonly #unanswered = new Map<Unanswered, number>();
  #soundAt = 0;

  constructor({
    origin,
    host,
    connectTimeoutMs,
  }: {
    origin: string;
    host: string;
    connectTimeoutMs: number;
  }) {
    this.origin = origin;
    this.host = host;
    this.pool = new Pool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: connectTimeoutMs },
      // The timeout of the route limits the time until the head of a response.
      headersTimeout: 0,
      keepAliveTimeout: 30_000,
    });
  }

  isAside(now: number): boolean {
    return now < this.#asideUntil;
  }

  get isHung(): boolean {
    return this.#isHung;
  }

  get isExhausted(): boolean {
    return this.inFlight >= CONNECTIONS;
  }

  hasRoom(isUpload: boolean): boolean {
    return this.inFlight < MOST_IN_FLIGHT && !(isUpload && this.uploads >= MOST_UPLOADS);
  }

  /** Records a failed connection and sets the replica aside, longer after each consecutive failure. */
  refused(now: number): void {
    this.#asideUntil = now + Math.min(FIRST_ASIDE_MS * 2 ** this.#refusals, LONGEST_ASIDE_MS);
    this.#refusals += 1;
  }

  /** Records a response. A 5xx is no sign of health: a proxy in front of a dead process also sends one. */
  responded(status: number, now: number): void {
    if (status >= 500) return;
    this.#refusals = 0;
    this.#asideUntil = 0;
    this.#isHung = false;
    this.#soundAt = now;
  }

  sent(request: Unanswered, now: number): void {
    this.#unanswered.set(request, now);
  }

  answered(request: Unanswered): void {
    this.#unanswered.delete(request);
  }

  /** Returns whether the replica must be probed: it already hangs, or requests wait and it has answered none for a while. */
  isSuspect(now: number): boolean {
    if (this.#isHung) return true;
    const [longestWaiting] = this.#unanswered.values();
    return longestWaiting !== undefined && now - Math.max(longestWaiting, this.#soundAt) >= SILENT_FOR_MS;
  }

  probed(isSound: boolean, now: number): void {
    this.#isHung = !isSound;
    if (isSound) this.#soundAt = now;
    else for (const request of [...this.#unanswered.keys()]) request.replicaHangs();
  }

  /** Closes the pool after the requests in flight have finished. */
  close(): Promise<void> {
    return this.pool.close();
  }
}
