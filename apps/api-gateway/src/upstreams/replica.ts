import { Pool } from 'undici';
import { StalledAnswers } from './stalled-answers.ts';

const FIRST_ASIDE_MS = 250;
const LONGEST_ASIDE_MS = 5_000;
const CONNECTIONS = 256;
/** As many again may wait for a connection: a burst does, for a moment. */
const MOST_IN_FLIGHT = 2 * CONNECTIONS;
/** Bodies that are passed on while they arrive, at the pace of their clients. */
const MOST_UPLOADS = CONNECTIONS / 2;
/** A replica that answers nothing at all for so long, while requests wait, is suspected to hang. */
const SILENT_FOR_MS = 1_000;

/** A request that has no answer, and whose body waits for nothing. */
export interface Unanswered {
  /** The replica does not answer its probes either. Called again as long as that is so. */
  replicaHangs(): void;
}

/** One instance behind an upstream: its connections, how busy it is, and whether it is worth trying. */
export class Replica {
  readonly origin: string;
  /** The Host it is called by: its name, even where the connection goes to one of the name's addresses. */
  readonly host: string;
  readonly pool: Pool;
  readonly stalledAnswers = new StalledAnswers({ most: CONNECTIONS / 2 });
  inFlight = 0;
  uploads = 0;
  #refusals = 0;
  #asideUntil = 0;
  #isHung = false;
  /** In the order in which they were sent. */
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
      // A route's own timeout governs the head of an answer.
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

  /** It could not be connected to: left alone for a while, longer each time in a row. */
  refused(now: number): void {
    this.#asideUntil = now + Math.min(FIRST_ASIDE_MS * 2 ** this.#refusals, LONGEST_ASIDE_MS);
    this.#refusals += 1;
  }

  /** A failure is no sign of health: a proxy in front of a dead process answers, too. */
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

  /** Whether it must be probed: requests wait, and none has been answered for a while, or it hangs already. */
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

  /** Lets what is in flight finish. */
  close(): Promise<void> {
    return this.pool.close();
  }
}
