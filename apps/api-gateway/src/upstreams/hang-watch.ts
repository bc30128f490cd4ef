import { type Replica } from './replica.ts';

/**
 * Detects replicas that hang. A stopped process keeps its connections and accepts new ones, so silence is the only sign. A
 * slow request is silent as well, so the watch probes the health of a silent replica. A replica that does not answer the
 * probe hangs; the watch probes it until it answers.
 */
export class HangWatch {
  readonly #probe: (replica: Replica) => Promise<boolean>;
  readonly #now: () => number;
  readonly #beingProbed = new Set<Replica>();

  /** @param probe resolves with whether a replica answers within a short time; never rejects */
  constructor(probe: (replica: Replica) => Promise<boolean>, now: () => number = () => performance.now()) {
    this.#probe = probe;
    this.#now = now;
  }

  /** Runs one round: probes the replicas that may hang. Call it several times a second. */
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
