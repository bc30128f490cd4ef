import { setTimeout as delay } from 'node:timers/promises';

/**
 * NAIVE ON PURPOSE: the token bucket of many articles. The lab `token-bucket` shows how it fails; use `SharedTokenBucket` of
 * `libs/rate-limiting`.
 *
 * Each process counts alone. Every caller wakes up again and again to look whether its tokens are there. A caller that asks for
 * more tokens than the bucket can hold waits for ever.
 */
export class NaiveTokenBucket {
  wakeUps = 0;
  private tokens: number;
  private refilledAt = Date.now();

  constructor(
    private readonly capacity: number,
    private readonly ratePerSecond: number,
  ) {
    this.tokens = capacity;
  }

  async acquire(tokens = 1): Promise<void> {
    this.refill();
    while (this.tokens < tokens) {
      await delay(0);
      this.wakeUps += 1;
      this.refill();
    }
    this.tokens -= tokens;
  }

  private refill(): void {
    const now = Date.now();
    const refilled = ((now - this.refilledAt) / 1_000) * this.ratePerSecond;
    this.tokens = Math.min(this.capacity, this.tokens + refilled);
    this.refilledAt = now;
  }
}
