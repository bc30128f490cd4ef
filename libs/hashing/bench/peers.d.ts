declare module 'consistent-hash' {
  export default class ConsistentHash {
    constructor(options?: { controlPoints?: number });
    add(node: string): this;
    remove(node: string): this;
    get(name: string): string;
  }
}

declare module 'hashring' {
  export default class NpmHashRing {
    constructor(servers: readonly string[], algorithm?: string, options?: Record<string, unknown>);
    add(server: string): this;
    remove(server: string): this;
    get(key: string): string;
  }
}
