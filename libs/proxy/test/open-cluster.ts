import { VirtualClock } from '@groundwork/testing';
import { Cluster } from '../src/clusters/cluster.ts';
import { type ClusterOptions } from '../src/clusters/cluster-options.ts';
import { type EndpointAddress } from '../src/clusters/dns.ts';
import { type Transport } from '../src/clusters/transport.ts';

/** A transport whose `close` waits until the test calls `end`, as for requests in flight. */
export class IdleTransport implements Transport {
  isClosing = false;
  isDestroyed = false;
  readonly #ended = Promise.withResolvers<void>();

  dispatch(): boolean {
    throw new Error('this transport sends nothing');
  }

  async close(): Promise<void> {
    this.isClosing = true;
    await this.#ended.promise;
  }

  async destroy(): Promise<void> {
    this.isDestroyed = true;
    this.end();
  }

  end(): void {
    this.#ended.resolve();
  }
}

export const address = (name: string): EndpointAddress => ({
  origin: `http://${name}:3000`,
  host: 'orders:3000',
});

/** Opens a cluster without a network. The test sets the addresses behind its name, and which endpoints answer probes. */
export async function openCluster(
  names: readonly string[],
  options: Partial<ClusterOptions> = {},
  clock = new VirtualClock(),
) {
  const network = {
    names,
    resolveError: undefined as Error | undefined,
    silent: new Set<string>(),
    transports: new Map<string, IdleTransport>(),
  };
  const cluster = new Cluster({
    name: 'orders',
    urls: [new URL('http://orders:3000')],
    clock,
    resolve: async () => {
      if (network.resolveError) throw network.resolveError;
      return network.names.map(address);
    },
    openTransport: (origin) => {
      const transport = new IdleTransport();
      network.transports.set(origin, transport);
      return transport;
    },
    probe: async ({ origin }) => !network.silent.has(origin),
    ...options,
  });
  await cluster.start();
  const named = (name: string) => {
    const endpoint = cluster.endpoints.find(({ origin }) => origin === address(name).origin);
    if (!endpoint) throw new Error(`there is no endpoint ${name}`);
    return endpoint;
  };
  return { cluster, clock, network, named };
}
