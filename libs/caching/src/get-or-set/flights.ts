interface Flight<Landing> {
  readonly landing: Promise<Landing>;
  readonly isCurrent: () => boolean;
}

/**
 * The loads under way in this process, at most one to join per key. A reader that comes after an invalidation never joins
 * a flight that took off before it: that one may be carrying the old value, so a new flight takes its place.
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
