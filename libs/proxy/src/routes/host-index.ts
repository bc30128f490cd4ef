/**
 * Finds the items of a host, in the order of precedence: the exact name, then wildcards (the longest first), then items of every host.
 */
export class HostIndex<T> {
  readonly #exact = new Map<string, T>();
  /** By the name behind `*.`. */
  readonly #wildcards = new Map<string, T>();
  #every: T | undefined;

  /** Returns the item of a host pattern; creates it if there is none. `undefined` stands for every host. */
  get(pattern: string | undefined, create: () => T): T {
    if (pattern === undefined) return (this.#every ??= create());
    const name = pattern.toLowerCase();
    const [items, key] = name.startsWith('*.') ? [this.#wildcards, name.slice(2)] : [this.#exact, name];
    const item = items.get(key) ?? create();
    items.set(key, item);
    return item;
  }

  /** Calls `visit` with each item of a host until it returns true. @param host the Host field, with or without a port */
  find(host: string, visit: (item: T) => boolean): void {
    const name = host.toLowerCase().replace(/:\d+$/, '');
    const exact = this.#exact.get(name);
    if (exact !== undefined && visit(exact)) return;
    if (this.#wildcards.size > 0)
      for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
        const wildcard = this.#wildcards.get(name.slice(dot + 1));
        if (wildcard !== undefined && visit(wildcard)) return;
      }
    if (this.#every !== undefined) visit(this.#every);
  }
}
