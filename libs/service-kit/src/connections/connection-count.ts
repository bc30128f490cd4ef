/** Counts open connections, in total and per client, and refuses a new one beyond either limit. */
export class ConnectionCount {
  readonly #total: number;
  readonly #perClient: number;
  readonly #byClient = new Map<string, number>();
  #open = 0;

  constructor({ total, perClient }: { readonly total: number; readonly perClient: number }) {
    this.#total = total;
    this.#perClient = perClient;
  }

  /** @returns whether the connection is admitted; if so, the caller must call `closed` once for this client */
  opened(client: string): boolean {
    const open = this.#byClient.get(client) ?? 0;
    if (this.#open >= this.#total || open >= this.#perClient) return false;
    this.#open += 1;
    this.#byClient.set(client, open + 1);
    return true;
  }

  closed(client: string): void {
    const left = (this.#byClient.get(client) ?? 0) - 1;
    this.#open -= 1;
    if (left > 0) this.#byClient.set(client, left);
    else this.#byClient.delete(client);
  }
}
