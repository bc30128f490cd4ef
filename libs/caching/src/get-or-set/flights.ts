interface Flight {
  readonly landing: Promise<unknown>;
}

/** The loads in flight in this process, at most one for each key that callers can still join. */
export class Flights<F extends Flight> {
  readonly #flights = new Map<string, F>();

  /**
   * Joins the load of the key that is in flight, if the caller accepts it, or launches one that replaces it: for a caller that
   * reads after an invalidation, a load that started before it may carry the old value.
   */
  join(key: string, accepts: (flight: F) => boolean, launch: () => F): { flight: F; joined: boolean } {
    const underWay = this.#flights.get(key);
    if (underWay !== undefined && accepts(underWay)) return { flight: underWay, joined: true };
    const flight = launch();
    this.#flights.set(key, flight);
    const forget = () => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    };
    flight.landing.then(forget, forget);
    return { flight, joined: false };
  }

  /** Resolves when the load of the key that is in flight now has ended, at once without one. */
  async ended(key: string): Promise<void> {
    await this.#flights.get(key)?.landing.then(ignore, ignore);
  }
}

const ignore = () => undefined;
