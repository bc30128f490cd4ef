interface Flight<Landing> {
  readonly landing: Promise<Landing>;
  readonly isCurrent: () => boolean;
}

/**
 * The loads in flight in this process; callers can join at most one per key. A caller that reads after an invalidation does
 * not join a load that started before it, because that load may carry the old value: a new flight replaces it.
 */
export class Flights<Landing> {
  readonly #flights = new Map<string, Flight<Landing>>();

  async join(
    key: string,
    isCurrent: () => boolean,
    launch: () => Promise<Landing>,
  ): Promise<{ landing: Landing; joined: boolean }> {
    const underWay = this.#flights.get(key);
    if (underWay?.isCurrent()) return { landing: await underWay.landing, joined: true };

    const flight = { landing: launch(), isCurrent };
    this.#flights.set(key, flight);
    try {
      return { landing: await flight.landing, joined: false };
    } finally {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    }
  }
}
