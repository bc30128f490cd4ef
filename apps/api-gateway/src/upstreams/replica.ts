import { Pool } from 'undici';

const FIRST_ASIDE_MS = 250;
const LONGEST_ASIDE_MS = 5_000;

/** One instance behind an upstream: its connections, how busy it is, and whether it is worth trying. */
export class Replica {
  readonly origin: string;
  /** The Host it is called by: its name, even where the connection goes to one of the name's addresses. */
  readonly host: string;
  readonly pool: Pool;
  inFlight = 0;
  #refusals = 0;
  #asideUntil = 0;

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
      connections: 256,
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

  /** It could not be connected to: left alone for a while, longer each time in a row. */
  refused(now: number): void {
    this.#asideUntil = now + Math.min(FIRST_ASIDE_MS * 2 ** this.#refusals, LONGEST_ASIDE_MS);
    this.#refusals += 1;
  }

  /** It answered. */
  responded(): void {
    this.#refusals = 0;
    this.#asideUntil = 0;
  }

  /** Lets what is in flight finish. */
  close(): Promise<void> {
    return this.pool.close();
  }
}
