import { variableHint } from '../compose/parse-port.ts';
import { type Service } from '../compose/service.ts';
import { freePort, isFree } from '../servers/process/free-port.ts';
import { TopologyError } from '../topology.error.ts';

/**
 * Assigns a loopback port to each container port: the published port if the file publishes it, otherwise a free one. A free
 * port is assigned at the first request, and kept while the topology runs.
 */
export class AddressBook {
  readonly #ports: Map<string, number>;
  readonly #services: ReadonlyMap<string, Service>;
  readonly #ignorePublished: boolean;

  /**
   * With `freePorts`, published ports are also replaced by free ones, so that two topologies can run side by side. `given`
   * are the ports that a running topology has already assigned, as `service/replica/containerPort`.
   */
  constructor(
    services: ReadonlyMap<string, Service>,
    options: { freePorts: boolean; given?: Iterable<readonly [string, number]> },
  ) {
    this.#services = services;
    this.#ports = new Map(options.given);
    this.#ignorePublished = options.freePorts;
  }

  async port(service: string, replica: number, containerPort: number): Promise<number> {
    const key = `${service}/${replica}/${containerPort}`;
    const port =
      this.#ports.get(key) ?? this.#published(service, replica, containerPort) ?? (await freePort());
    // When two calls run at once, the first assignment stays.
    if (!this.#ports.has(key)) this.#ports.set(key, port);
    return this.#ports.get(key) ?? port;
  }

  async ports(service: string, containerPort: number): Promise<number[]> {
    const { scale } = this.#services.get(service) ?? { scale: 0 };
    return Promise.all(
      Array.from({ length: scale }, (_, index) => this.port(service, index + 1, containerPort)),
    );
  }

  /** Returns the ports that were requested for a replica so far: container port → loopback port. */
  known(service: string, replica: number): Record<string, number> {
    const prefix = `${service}/${replica}/`;
    const own = [...this.#ports].filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(own.map(([key, port]) => [key.slice(prefix.length), port]));
  }

  /** Throws one error that lists all published ports in use by other programs, with the variables that change them. */
  async refuseTakenPorts(services: readonly Service[]): Promise<void> {
    if (this.#ignorePublished) return;
    const published = services.flatMap(({ name, ports }) =>
      ports.flatMap(({ host, hostPorts, source }) => hostPorts.map((port) => ({ name, host, port, source }))),
    );
    const checked = await Promise.all(
      published.map(async (port) => ({ ...port, isFree: await isFree(port.port, port.host) })),
    );
    const taken = checked.filter((port) => !port.isFree);
    if (taken.length === 0) return;
    const lines = taken
      .map(({ name, port, source }) => `  ${port} of ${name}${variableHint(source)}`)
      .join('\n');
    throw new TopologyError(
      'port-in-use',
      `another program listens on:\n${lines}\nStop it, set the variable, or use free ports: npm start -- --free-ports`,
      {
        retryable: true,
      },
    );
  }

  #published(service: string, replica: number, containerPort: number): number | undefined {
    if (this.#ignorePublished) return undefined;
    return this.#services.get(service)?.ports.find((port) => port.containerPort === containerPort)?.hostPorts[
      replica - 1
    ];
  }
}
