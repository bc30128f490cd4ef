import { identityOf, type ProcessIdentity } from '../state/process-start-time.ts';
import { writeState, type RecordedReplica, type RecordedState } from '../state/state-file.ts';
import { type ReplicaStatus } from './replica-state.ts';
import { type Topology } from './topology.ts';

/** Writes the state of the topology to the state file. Changes within one turn of the event loop are written once. */
export class StateRecorder {
  readonly #folder: string;
  #topology: Topology | undefined;
  #phase: RecordedState['phase'] = 'starting';
  #baseUrl: string | undefined;
  #isDue = false;
  readonly #identities = new Map<number, ProcessIdentity | undefined>();

  constructor(stateFolder: string) {
    this.#folder = stateFolder;
  }

  watch(topology: Topology): void {
    this.#topology = topology;
    this.changed();
  }

  become(phase: RecordedState['phase'], baseUrl = this.#baseUrl): void {
    this.#phase = phase;
    this.#baseUrl = baseUrl;
    this.#write();
  }

  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    // Skips the write if it was done in the meantime: after `down`, nothing may be written, because the folder may be
    // removed.
    setImmediate(() => this.#isDue && this.#write());
  }

  #write(): void {
    this.#isDue = false;
    const replicas = this.#topology?.statuses.map((status) => this.#record(status)) ?? [];
    writeState(this.#folder, { phase: this.#phase, baseUrl: this.#baseUrl, replicas });
  }

  #record({ pid, ...status }: ReplicaStatus): RecordedReplica {
    const ports = this.#topology?.book.known(status.service, status.replica) ?? {};
    return { ...status, process: pid === undefined ? undefined : this.#identity(pid), ports };
  }

  #identity(pid: number): ProcessIdentity | undefined {
    if (!this.#identities.has(pid)) this.#identities.set(pid, identityOf(pid));
    return this.#identities.get(pid);
  }
}
