import { Order } from '@groundwork/contracts';
import { planOrders, type PlannedOrder, sendSurely, Shop } from '@groundwork/load';
import { eventually } from '@groundwork/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { failureOf } from './failure-of.ts';
import { type Failure, type Placing, type WriterOptions, type Writings } from './messages.ts';
import { findAmongNewest, readBack } from './read-back.ts';

const TICK_MS = 10;
/** Number of orders planned at a time. */
const PLANNED = 400;
/**
 * One in `READ_EVERY` accepted orders is read back, immediately and later again; one in `LIST_EVERY` is looked up in a list.
 */
const READ_EVERY = 4;
const LIST_EVERY = 12;
const READ_AGAIN_AFTER_MS = 1_500;
/** Pause between two orders of a watched customer. */
const WATCH_EVERY_MS = 300;
const REPEATED_WITHIN_MS = 60_000;
/** Pause between two attempts of a failed read, as a 503 requests it. */
const READ_EVERY_MS = 1_000;

/**
 * Places orders until `finish` is called: at a steady rate for all its customers, independent of the latency, and one after
 * the other for each watched customer. Reads accepted orders back. Records every failed request. An order without an answer
 * is retried with its key, because it may have been placed.
 */
export class Writer {
  readonly accepted: Order[] = [];
  readonly failures: Failure[] = [];
  readonly #placings: Placing[] = [];
  readonly #shop: Shop;
  readonly #options: WriterOptions;
  readonly #work = new Set<Promise<void>>();
  #reads = 0;
  #isFinishing = false;

  constructor(options: WriterOptions) {
    this.#options = options;
    this.#shop = new Shop(options.gateways);
  }

  /** Resolves when `finish` was called and all started work has ended. */
  async run(): Promise<Writings> {
    await Promise.all([this.#placeSteadily(), ...this.#options.watchedIds.map((id) => this.#watch(id))]);
    await Promise.all(this.#work);
    return {
      accepted: this.accepted,
      placings: this.#placings,
      failures: this.failures,
      reads: this.#reads,
    };
  }

  finish(): void {
    this.#isFinishing = true;
  }

  async #placeSteadily(): Promise<void> {
    const { customerIds, ordersPerSecond } = this.#options;
    const planned = inTurn(customerIds);
    const began = performance.now();
    for (let begun = 0; !this.#isFinishing; await pause(TICK_MS)) {
      const due = Math.floor(((performance.now() - began) * ordersPerSecond) / 1_000);
      for (; begun < due; begun += 1) this.#inBackground(this.#place(planned.next().value));
    }
  }

  async #watch(customerId: string): Promise<void> {
    const planned = inTurn([customerId]);
    for (; !this.#isFinishing; await pause(WATCH_EVERY_MS)) await this.#place(planned.next().value);
  }

  async #place({ order, key }: PlannedOrder): Promise<void> {
    const begunAt = Date.now();
    const began = performance.now();
    const { customerId } = order;
    try {
      const accepted = (await this.#shop.place(order, key)).as(201, Order);
      this.#placings.push({ customerId, begunAt, tookMs: performance.now() - began });
      this.#accept(accepted);
    } catch (error) {
      const repeated = await this.#repeat({ order, key });
      this.failures.push(failureOf('POST /v1/orders', customerId, error, repeated !== undefined));
      if (repeated !== undefined) this.#accept(repeated);
    }
  }

  /** Retries an order without an answer, as a customer does: the order may have been placed. */
  async #repeat({ order, key }: PlannedOrder): Promise<Order | undefined> {
    try {
      const answer = await sendSurely(() => this.#shop.place(order, key), { withinMs: REPEATED_WITHIN_MS });
      return answer.as(201, Order);
    } catch {
      return undefined;
    }
  }

  #accept(order: Order): void {
    this.accepted.push(order);
    if (this.accepted.length % READ_EVERY === 0) this.#inBackground(this.#readTwice(order));
    if (this.accepted.length % LIST_EVERY === 0)
      this.#inBackground(
        this.#check(`GET /v1/customers/…/orders`, order, () => findAmongNewest(this.#shop, order)),
      );
  }

  async #readTwice(order: Order): Promise<void> {
    let seen = order;
    const read = async () => {
      seen = await readBack(this.#shop, order, seen);
    };
    await this.#check('GET /v1/orders/…', order, read);
    await pause(READ_AGAIN_AFTER_MS);
    await this.#check('GET /v1/orders/… again', order, read);
  }

  async #check(request: string, { customerId }: Order, check: () => Promise<void>): Promise<void> {
    try {
      await check();
      this.#reads += 1;
    } catch (error) {
      const isGranted = await eventually(() => check().then(() => true), {
        within: REPEATED_WITHIN_MS,
        every: READ_EVERY_MS,
      }).catch(() => false);
      this.failures.push(failureOf(request, customerId, error, isGranted));
    }
  }

  #inBackground(work: Promise<void>): void {
    const kept = work.finally(() => this.#work.delete(kept));
    this.#work.add(kept);
  }
}

function* inTurn(customerIds: readonly string[]): Generator<PlannedOrder, never> {
  for (;;) yield* planOrders(Math.max(PLANNED, customerIds.length), customerIds);
}
