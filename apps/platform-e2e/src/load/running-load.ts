import { type Order } from '@groundwork/contracts';
import { inParallel, type PlannedOrder, type Shop } from '@groundwork/load';
import { eventually } from '@groundwork/testing';

/** Enough to keep both replicas of a service busy on two cores, and few enough to leave them spare capacity. */
const CONCURRENCY = 16;

/** Places orders concurrently. Each one is retried with its own key until it is answered. */
export class RunningLoad {
  /** The accepted orders, in the order of their responses. */
  readonly accepted: Order[] = [];
  readonly planned: readonly PlannedOrder[];
  private readonly placing: Promise<unknown>;
  private failure: unknown;

  constructor(shop: Shop, planned: readonly PlannedOrder[]) {
    this.planned = planned;
    this.placing = inParallel(planned, CONCURRENCY, async ({ order, key }) => {
      this.accepted.push(await shop.placeSurely(order, key));
    }).catch((error: unknown) => {
      this.failure = error;
    });
  }

  /** Resolves in the middle of the load, when `count` orders are accepted. */
  async reaches(count: number): Promise<void> {
    await eventually(() => this.failure !== undefined || this.accepted.length >= count, { within: 60_000 });
    this.throwFailure();
  }

  /** Resolves when every order is accepted. Rejects if an order was refused or never answered. */
  async finish(): Promise<readonly Order[]> {
    await this.placing;
    this.throwFailure();
    return this.accepted;
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
