import { Basket } from '@groundwork/contracts';
import { type Answer, sendSurely, type Shop } from '@groundwork/load';

/** What a client knows of its basket. */
export interface BasketBooks {
  readonly customerId: string;
  /** The number in the newest acknowledged basket. */
  acknowledged: number;
  version: number;
  /** Number of acknowledged writes. */
  writes: number;
  readonly faults: string[];
}

const MOST = 1_000;

/** The only client of one basket: it increases the number in it, each time on the condition of the version that it knows. */
export class BasketClient {
  readonly books: BasketBooks;
  readonly #shop: Shop;
  readonly #sku: string;
  readonly #path: string;

  constructor(shop: Shop, customerId: string, sku: string) {
    this.#shop = shop;
    this.#sku = sku;
    this.#path = `/v1/baskets/${customerId}`;
    this.books = { customerId, acknowledged: 0, version: 0, writes: 0, faults: [] };
  }

  /** Writes the next number. After a lost answer, it reads which number is in the basket. */
  async write(): Promise<void> {
    const { books } = this;
    const next = (books.acknowledged % MOST) + 1;
    const answer = await this.#put(next).catch(() => undefined);
    if (answer?.status === 200 || answer?.status === 201) return this.#acknowledged(next, answer);
    const read = await this.#read();
    if (read === undefined) return this.#expectUnchanged('no basket', books.version === 0);
    if (read.number === next) return this.#acknowledged(next, read.answer);
    this.#expectUnchanged(`number ${read.number}`, read.number === books.acknowledged);
  }

  /** A read must return the acknowledged basket, in its version. */
  async check(): Promise<void> {
    const read = await this.#read();
    const { acknowledged, version } = this.books;
    if (version === 0 && read === undefined) return;
    if (read === undefined) return this.#expectUnchanged('no basket', false);
    const found = versionOf(read.answer);
    this.#expectUnchanged(
      `number ${read.number} in version ${found}`,
      read.number === acknowledged && found === version,
    );
  }

  #put(number: number): Promise<Answer> {
    const { version } = this.books;
    const condition = version === 0 ? { 'if-none-match': '*' } : { 'if-match': `"${version}"` };
    const json = { items: [{ sku: this.#sku, quantity: number }] };
    return this.#shop.request(this.#path, { method: 'PUT', json, headers: condition });
  }

  async #read(): Promise<{ answer: Answer; number: number } | undefined> {
    const answer = await sendSurely(() => this.#shop.request(this.#path));
    if (answer.status === 404) return undefined;
    const [item] = answer.as(200, Basket).items;
    return { answer, number: item?.quantity ?? 0 };
  }

  #acknowledged(number: number, answer: Answer): void {
    const version = versionOf(answer);
    if (version <= this.books.version)
      this.books.faults.push(`version ${version} follows ${this.books.version}`);
    Object.assign(this.books, { acknowledged: number, version, writes: this.books.writes + 1 });
  }

  #expectUnchanged(what: string, isUnchanged: boolean): void {
    const { acknowledged, version } = this.books;
    if (!isUnchanged) this.books.faults.push(`${what} was read after ${acknowledged} in version ${version}`);
  }
}

function versionOf(answer: Answer): number {
  return Number(answer.headers.get('etag')?.replaceAll('"', ''));
}
