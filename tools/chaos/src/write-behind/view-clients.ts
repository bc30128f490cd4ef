import { ProductViews, ViewCounted } from '@groundwork/contracts';
import { sendSurely, type Shop } from '@groundwork/load';
import { randomUUID } from 'node:crypto';

/** What clients know of the views of a product. */
export interface ViewBooks {
  readonly sku: string;
  /** Views that clients have sent, each with its own idempotency key. */
  sent: number;
  /** Views whose acknowledgement has arrived. */
  acknowledged: number;
  readonly wrongReads: string[];
}

/** Clients that count views of one product and read the number, while parts of the platform are down. */
export class ViewClients {
  readonly books: ViewBooks;
  readonly #shop: Shop;
  readonly #path: string;

  constructor(shop: Shop, sku: string) {
    this.#shop = shop;
    this.#path = `/v1/products/${sku}/views`;
    this.books = { sku, sent: 0, acknowledged: 0, wrongReads: [] };
  }

  /** Sends a view with the same idempotency key until it is acknowledged. */
  async count(): Promise<void> {
    this.books.sent += 1;
    const headers = { 'idempotency-key': randomUUID() };
    const answer = await sendSurely(() => this.#shop.request(this.#path, { method: 'POST', headers }));
    answer.as(202, ViewCounted);
    this.books.acknowledged += 1;
  }

  /** A read must contain every view that was acknowledged before it started, and none twice. */
  async check(): Promise<void> {
    const least = this.books.acknowledged;
    const { views } = (await sendSurely(() => this.#shop.request(this.#path))).as(200, ProductViews);
    const { sent } = this.books;
    if (views < least || views > sent)
      this.books.wrongReads.push(
        `${views} views were read after ${least} were acknowledged and ${sent} sent`,
      );
  }
}
