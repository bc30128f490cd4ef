/** A request that was sent completely and has no response yet. */
export interface Unanswered {
  /** Called after each probe that its endpoint does not answer. */
  endpointHangs(): void;
}

/** An endpoint is suspected to hang when requests wait and it has responded to none for this time. */
const SILENT_FOR_MS = 1_000;

/** The requests that wait for one endpoint, oldest first. A stopped process keeps its connections, so silence is the only sign. */
export class UnansweredRequests {
  readonly #sentAt = new Map<Unanswered, number>();
  #respondedAt = Number.NEGATIVE_INFINITY;

  sent(request: Unanswered, now: number): void {
    this.#sentAt.set(request, now);
  }

  ended(request: Unanswered): void {
    this.#sentAt.delete(request);
  }

  /** The endpoint has responded to a request or a probe. */
  responded(now: number): void {
    this.#respondedAt = now;
  }

  isSilent(now: number): boolean {
    const [oldest] = this.#sentAt.values();
    return oldest !== undefined && now - Math.max(oldest, this.#respondedAt) >= SILENT_FOR_MS;
  }

  reportHang(): void {
    for (const request of [...this.#sentAt.keys()]) request.endpointHangs();
  }
}
