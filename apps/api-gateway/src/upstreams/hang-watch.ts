import { type Replica } from './replica.ts';

/**
 * Finds replicas that hang. A stopped process keeps its connections and takes new ones, so that only silence tells. Silence alone
 * may be a slow request, so the replica is asked for its health before it is believed to hang; a hung one is asked until it answers.
 */
export class HangWatch {
  readonly #probe: (replica: Replica) => Promise<boolean>;
  readonly #now: () => number;
  readonly #beingProbed = new Set<Replica>();

  /** @param probe whether a replica answers within a short time; never rejects */
  constructor(probe: (replica: Replica) => Promise<boolean>, now: () => number = () => performance.now()) {
    this.#probe = probe;
    this.#now = now;
  }

  /** Looks at each replica, and probes those under suspicion; call it several times a second. */
  async look(replicas: readonly Replica[]): Promise<void> {
    const suspects = replicas.filter(
      (replica) => !this.#beingProbed.has(replica) && replica.isSuspect(this.#now()),
    );
    await Promise.all(suspects.map((replica) => this.#probeOnce(replica)));
  }

  async #probeOnce(replica: Replica): Promise<void> {
    this.#beingProbed.add(replica);
    const isSound = await this.#probe(replica);
    this.#beingProbed.delete(replica);
    replica.probed(isSound, this.#now());
  }
}
