import { join } from 'node:path';
import { AddressBook } from '../addresses/address-book.ts';
import { AddressMapper } from '../addresses/map-addresses.ts';
import { type ComposeFile } from '../compose/load-compose-file.ts';
import { refuseUnknownProfiles, selectServices } from '../compose/select-services.ts';
import { type Condition, type Service } from '../compose/service.ts';
import { assign } from '../runners/assign.ts';
import { runnerOf } from '../runners/runner-of.ts';
import { TopologyError } from '../topology.error.ts';
import { Replica } from './replica.ts';
import { ReplicaSet } from './replica-set.ts';
import { type ReplicaStatus } from './replica-state.ts';
import { startInOrder, stopInOrder } from './order.ts';

export interface TopologyOptions {
  readonly file: ComposeFile;
  readonly stateFolder: string;
  /** Publishes on free ports instead of those of the file, so that several topologies can run side by side. */
  readonly freePorts: boolean;
  /** Builds the apps of the given services; the services start when it resolves. */
  readonly build: (services: readonly Service[]) => Promise<void>;
  /** Called after every change of a replica. */
  readonly onChange?: (status: ReplicaStatus) => void;
}

const START_WITHIN_MS = 180_000;

/** The services of one compose file as processes of this machine. All of its processes end with this process. */
export class Topology {
  readonly file: ComposeFile;
  readonly book: AddressBook;
  readonly #options: TopologyOptions;
  readonly #mapper: AddressMapper;
  readonly #sets = new Map<string, ReplicaSet>();
  readonly #stopping = new AbortController();

  constructor(options: TopologyOptions) {
    this.#options = options;
    this.file = options.file;
    this.book = new AddressBook(options.file.allServices, options);
    this.#mapper = new AddressMapper(options.file.allServices, this.book);
  }

  get statuses(): ReplicaStatus[] {
    return [...this.#sets.values()].flatMap(({ replicas }) => replicas.map(({ status }) => status));
  }

  /**
   * Starts every service as soon as its dependencies allow it, and resolves when all are ready. On a failure, stops all of
   * them again.
   */
  async up(): Promise<void> {
    const sets = await this.#take([...this.file.services.values()]);
    try {
      await this.#start(sets);
    } catch (error) {
      await this.down();
      throw error;
    }
  }

  /**
   * Starts the services of these profiles and of the active ones that do not belong to the topology yet. Resolves with their
   * names when they are ready. On a failure, stops and removes only these services. Must not be called concurrently.
   */
  async add(profiles: readonly string[]): Promise<readonly string[]> {
    const { allServices } = this.file;
    refuseUnknownProfiles(allServices, profiles);
    const wanted = selectServices(allServices, {
      profiles: [...this.file.profiles, ...profiles],
      only: [],
    });
    const sets = await this.#take([...wanted.values()].filter(({ name }) => !this.#sets.has(name)));
    try {
      await this.#start(sets);
      return [...sets.keys()];
    } catch (error) {
      await stopInOrder(sets, stopReplicas);
      for (const name of sets.keys()) this.#sets.delete(name);
      throw error;
    }
  }

  /** Stops every service after its dependents. Idempotent. */
  async down(): Promise<void> {
    this.#stopping.abort();
    await stopInOrder(this.#sets, stopReplicas);
  }

  /** Kills all processes at once with SIGKILL. */
  async killAll(): Promise<void> {
    this.#stopping.abort();
    const replicas = [...this.#sets.values()].flatMap((set) => set.replicas);
    await Promise.all(replicas.map((replica) => replica.signal('SIGKILL', { restart: false })));
  }

  /** Returns the replicas of a service; an unknown name is an error. */
  set(service: string): ReplicaSet {
    const set = this.#sets.get(service);
    if (set === undefined) throw new TopologyError('unknown-service', `there is no service ${service}`);
    return set;
  }

  replica(service: string, number: number): Replica {
    const replica = this.set(service).replicas[number - 1];
    if (replica === undefined)
      throw new TopologyError('unknown-replica', `${service} has no replica ${number}`);
    return replica;
  }

  /** Waits until every replica is ready: healthy, or completed, or (without a health check) running. */
  async untilReady(service: string, withinMs = START_WITHIN_MS): Promise<void> {
    const set = this.set(service);
    await set.until(readyCondition(set.service), { withinMs, signal: this.#stopping.signal });
  }

  /** Maps a text of the file (an address, a URL) as for this topology's services. */
  resolve(text: string): Promise<string> {
    return this.#mapper.map(text, { service: '', replica: 1 });
  }

  /** Adds services to the topology without starting them. */
  async #take(services: readonly Service[]): Promise<ReadonlyMap<string, ReplicaSet>> {
    for (const service of services) runnerOf(service);
    await this.book.refuseTakenPorts(services);
    const sets = new Map<string, ReplicaSet>();
    for (const service of services) sets.set(service.name, await this.#replicasOf(service));
    for (const [name, set] of sets) this.#sets.set(name, set);
    return sets;
  }

  /** Starts each service as soon as its dependencies allow it, and resolves when all are ready. */
  async #start(sets: ReadonlyMap<string, ReplicaSet>): Promise<void> {
    const built = this.#options.build([...sets.values()].map(({ service }) => service));
    built.catch(() => undefined);
    await Promise.all([startInOrder(sets, (set) => this.#startWhenAllowed(set, built)), built]);
  }

  async #startWhenAllowed(set: ReplicaSet, built: Promise<void>): Promise<void> {
    for (const [name, condition] of Object.entries(set.service.dependsOn)) {
      await this.set(name).until(condition, { withinMs: START_WITHIN_MS, signal: this.#stopping.signal });
    }
    if (set.service.isBuiltHere) await built;
    this.#stopping.signal.throwIfAborted();
    await Promise.all(set.replicas.map((replica) => replica.start()));
    await this.untilReady(set.service.name);
  }

  async #replicasOf(service: Service): Promise<ReplicaSet> {
    const { stateFolder } = this.#options;
    const surroundings = { workspace: this.file.folder, stateFolder, book: this.book, mapper: this.#mapper };
    const numbers = Array.from({ length: service.scale }, (_, index) => index + 1);
    const assignments = await Promise.all(numbers.map((number) => assign(service, number, surroundings)));
    const set: ReplicaSet = new ReplicaSet(
      service,
      assignments.map(
        (assignment) =>
          new Replica({
            assignment,
            runner: runnerOf(service),
            mapper: this.#mapper,
            logFile: join(stateFolder, 'logs', `${assignment.name}.log`),
            onChange: (replica) => {
              set.changed();
              this.#options.onChange?.(replica.status);
            },
          }),
      ),
    );
    return set;
  }
}

function stopReplicas({ replicas }: ReplicaSet): Promise<unknown> {
  return Promise.all(replicas.map((replica) => replica.stop()));
}

export function readyCondition(service: Service): Condition {
  if (service.isJob) return 'service_completed_successfully';
  return service.healthCheck === undefined ? 'service_started' : 'service_healthy';
}
