import { type Candidate, type LoadBalancer } from './load-balancer.ts';

/**
 * Chooses the less busy of two random endpoints (M. Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", 2001).
 * Several proxies do not agree on one least busy endpoint and overload it together. Weights decide how often an endpoint is drawn, and
 * how busy it is with the same number of requests.
 */
export class PowerOfTwoChoices implements LoadBalancer {
  readonly #random: () => number;

  /** @param random returns a number from 0 up to, but not including, 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  choose<C extends Candidate>(candidates: readonly C[]): C {
    const first = this.#draw(candidates);
    if (candidates.length === 1) return first;
    const second = this.#draw(candidates.filter((candidate) => candidate !== first));
    return second.inFlight / second.weight < first.inFlight / first.weight ? second : first;
  }

  #draw<C extends Candidate>(candidates: readonly C[]): C {
    const total = candidates.reduce((sum, { weight }) => sum + weight, 0);
    let left = this.#random() * total;
    for (const candidate of candidates) {
      left -= candidate.weight;
      if (left < 0) return candidate;
    }
    // Only rounding leads here.
    return candidates.at(-1) as C;
  }
}
