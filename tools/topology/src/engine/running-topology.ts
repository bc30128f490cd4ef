import { residentMemory } from '../state/resident-memory.ts';
import { TopologyError } from '../topology.error.ts';
import { type Replica } from './replica.ts';
import { type ReplicaStatus } from './replica-state.ts';
import { type StateRecorder } from './state-recorder.ts';
import { type Topology } from './topology.ts';

/**
 * The public interface of a topology. Replicas are numbered from 1; without a number, a method applies to all replicas of
 * the service. Addresses stay the same over deaths and restarts. Stopping a stopped service and starting a running one are
 * not errors.
 */
export class RunningTopology {
  readonly #topology: Topology;
  readonly #recorder: StateRecorder;
  readonly #release: () => void;

  constructor(topology: Topology, recorder: StateRecorder, release: () => void) {
    this.#topology = topology;
    this.#recorder = recorder;
    this.#release = release;
    recorder.watch(topology);
  }

  async up(): Promise<void> {
    try {
      await this.#topology.up();
      const [front] = [...this.#topology.file.services.values()].filter(
        ({ ports, isBuiltHere }) => isBuiltHere && ports.length > 0,
      );
      this.#recorder.become('ready', front === undefined ? undefined : this.url(front.name));
    } catch (error) {
      this.#recorder.become('failed');
      throw error;
    }
  }

  /**
   * Starts the services of these profiles that do not run yet, and resolves with their names when they are ready. On a
   * failure, stops the added services and rejects; the other services are not affected. Must not be called concurrently.
   */
  async add(profiles: readonly string[]): Promise<readonly string[]> {
    try {
      return await this.#topology.add(profiles);
    } finally {
      this.#recorder.changed();
    }
  }

  get statuses(): readonly ReplicaStatus[] {
    return this.#topology.statuses;
  }

  /** Returns the base URL of a replica: its first published port, otherwise its first exposed port. */
  url(service: string, replica = 1): string {
    const { ports, expose } = this.#topology.set(service).service;
    const containerPort = ports[0]?.containerPort ?? expose[0];
    if (containerPort === undefined)
      throw new TopologyError('no-port', `${service} neither publishes nor exposes a port`);
    return `http://${this.address(service, containerPort, replica)}`;
  }

  /** Returns `host:port` for one of a service's container ports, e.g. Kafka's 9092. */
  address(service: string, containerPort: number, replica = 1): string {
    const port = this.#topology.book.known(service, replica)[containerPort];
    if (port === undefined)
      throw new TopologyError('no-port', `nothing in the topology uses port ${containerPort} of ${service}`);
    return `127.0.0.1:${port}`;
  }

  /**
   * Returns the address of a replica on this machine, for its first published or exposed port, or for the given port; or
   * undefined.
   */
  publicAddress(service: string, replica: number, containerPort?: number): string | undefined {
    const { ports, expose } = this.#topology.set(service).service;
    const inside = containerPort ?? ports[0]?.containerPort ?? expose[0] ?? '';
    const port = this.#topology.book.known(service, replica)[inside];
    return port === undefined ? undefined : `127.0.0.1:${port}`;
  }

  /** Returns the connection URL of a Postgres service's database. */
  database(service: string): string {
    const {
      POSTGRES_USER: user = '',
      POSTGRES_PASSWORD: password = '',
      POSTGRES_DB: database = user,
    } = this.environment(service);
    return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${this.address(service, 5432)}/${database}`;
  }

  /** Returns the environment of a replica, with the addresses of this machine. */
  environment(service: string, replica = 1): Readonly<Record<string, string>> {
    return this.#topology.replica(service, replica).assignment.environment;
  }

  replicas(service: string): readonly ReplicaStatus[] {
    return this.#topology.set(service).replicas.map(({ status }) => status);
  }

  /**
   * Sends a signal (default: SIGKILL). SIGKILL, SIGSTOP and SIGCONT also go to all descendants. After SIGKILL, resolves when
   * the process has ended. A process that the signal ends stays down until `start`, unless `restart` lets the restart policy
   * decide.
   */
  async kill(
    service: string,
    replica?: number,
    signal: NodeJS.Signals = 'SIGKILL',
    { restart = false } = {},
  ): Promise<void> {
    const keeps = restart || signal === 'SIGSTOP' || signal === 'SIGCONT';
    await Promise.all(this.#some(service, replica).map((one) => one.signal(signal, { restart: keeps })));
  }

  /** Stops a service in an orderly way; it stays down until `start`. */
  async stop(service: string, replica?: number): Promise<void> {
    await Promise.all(this.#some(service, replica).map((one) => one.stop()));
  }

  /** Starts a stopped service with its existing data. Resolves before it is ready: `waitHealthy` waits for that. */
  async start(service: string, replica?: number): Promise<void> {
    await Promise.all(this.#some(service, replica).map((one) => one.start()));
  }

  /** Resolves when all replicas pass the file's health check; rejects with the end of the log of a replica that does not. */
  async waitHealthy(service: string, withinMs = 120_000): Promise<void> {
    await this.#topology.untilReady(service, withinMs);
  }

  /** Returns the memory of each process with its children; a page that processes share counts once in total (Linux). */
  residentMemory(): readonly { process: string; bytes: number }[] {
    return this.statuses.flatMap(({ name, pid }) =>
      pid === undefined ? [] : [{ process: name, bytes: residentMemory(pid) }],
    );
  }

  /** Stops everything, dependents first. Idempotent. */
  async down(): Promise<void> {
    this.#recorder.become('stopping');
    await this.#topology.down();
    this.#recorder.become('stopped');
    this.#release();
  }

  /** Kills all processes at once. */
  async killAll(): Promise<void> {
    await this.#topology.killAll();
    this.#release();
  }

  #some(service: string, replica: number | undefined): readonly Replica[] {
    return replica === undefined
      ? this.#topology.set(service).replicas
      : [this.#topology.replica(service, replica)];
  }
}
