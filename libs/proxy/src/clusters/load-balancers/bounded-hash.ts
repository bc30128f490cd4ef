import { type NodeMap, RendezvousMap } from '@groundwork/hashing';
import { type Candidate, type LoadBalancer } from './load-balancer.ts';
import { PowerOfTwoChoices } from './power-of-two-choices.ts';

/**
 * Sends equal keys to the same endpoint, in every proxy, so that its caches and sessions are used: rendezvous hashing with bounded
 * loads (Mirrokni, Thorup & Zadimoghaddam, 2018). When the endpoint has more than `balance` times its even share of the requests in
 * flight, the next one in the order of the key is used, so a popular key cannot overload it. Requests without a key go to the less busy
 * of two random endpoints.
 */
export class BoundedHash implements LoadBalancer {
  readonly #balance: number;
  readonly #withoutKey: PowerOfTwoChoices;
  /** The map of the last candidates. They change only when the health of an endpoint does. */
  #map: NodeMap = new RendezvousMap();
  #origins: readonly string[] = [];

  /**
   * @param balance above 1. Closer to 1 is more even and moves more keys.
   * @throws {RangeError}
   */
  constructor({ balance = 1.25, random = Math.random }: { balance?: number; random?: () => number } = {}) {
    if (!(balance > 1)) throw new RangeError(`expected a balance above 1, got ${balance}`);
    this.#balance = balance;
    this.#withoutKey = new PowerOfTwoChoices(random);
  }

  choose<C extends Candidate>(candidates: readonly C[], key: string | undefined): C {
    if (key === undefined) return this.#withoutKey.choose(candidates);
    const bound = this.#boundsOf(candidates);
    const order = this.#mapOf(candidates).getNodes(key, candidates.length);
    const inOrder = order.map((origin) => candidates.find((candidate) => candidate.origin === origin) as C);
    // The bounds add up to more than all requests, so at least one endpoint is below its bound.
    return inOrder.find((candidate) => candidate.inFlight < bound(candidate)) as C;
  }

  #boundsOf(candidates: readonly Candidate[]): (candidate: Candidate) => number {
    const inFlight = candidates.reduce((sum, candidate) => sum + candidate.inFlight, 0);
    const weights = candidates.reduce((sum, candidate) => sum + candidate.weight, 0);
    return ({ weight }) => Math.ceil((this.#balance * (inFlight + 1) * weight) / weights);
  }

  #mapOf(candidates: readonly Candidate[]): NodeMap {
    const isSame =
      candidates.length === this.#origins.length &&
      candidates.every(({ origin }, index) => origin === this.#origins[index]);
    if (!isSame) {
      this.#origins = candidates.map(({ origin }) => origin);
      this.#map = new RendezvousMap(this.#origins);
    }
    return this.#map;
  }
}
