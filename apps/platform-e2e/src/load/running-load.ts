import { type Order } from '@groundwork/contracts';
import { inParallel, type PlannedOrder, type Shop } from '@groundwork/load';
import { eventually } from '@groundwork/testing';

/** Enough to keep both replicas of a service busy on two cores, few enough to leave them room. */
const CONCURRENCY = 16;

/** Orders being placed, each repeated with its own key until it is answered. */
export class RunningLoad {
  /** The orders of the 201 answers, in the order of the answers. */
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

  /** Resolves in the middle of the load: when that many orders are accepted. */
  async reaches(count: number): Promise<void> {
    await eventually(() => this.failure !== undefined || this.accepted.length >= count, { within: 60_000 });
    this.throwFailure();
  }

  /** Resolves when every order is accepted; rejects when one was refused or never answered. */
  async finish(): Promise<readonly Order[]> {
    await this.placing;
    this.throwFailure();
    return this.accepted;
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
