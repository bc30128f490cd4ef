import { setTimeout as delay } from 'node:timers/promises';
import { type AddressMapper } from '../addresses/map-addresses.ts';
import { monitorHealth, type Health } from '../health/health-monitor.ts';
import { type Assignment, type Runner } from '../runners/runner.ts';
import { ManagedProcess, type Exit } from '../servers/process/managed-process.ts';
import { Backoff } from './backoff.ts';
import { type Phase, type ReplicaStatus } from './replica-state.ts';

export interface ReplicaParts {
  readonly assignment: Assignment;
  readonly runner: Runner;
  readonly mapper: AddressMapper;
  readonly logFile: string;
  /** Called after every change of `status`. */
  readonly onChange: (replica: Replica) => void;
}

/** One process of the topology, restarted according to its restart policy. */
export class Replica {
  readonly #parts: ReplicaParts;
  readonly #backoff = new Backoff();
  #phase: Phase = 'waiting';
  #health: Health = 'none';
  #process: ManagedProcess | undefined;
  #isWanted = false;
  #restarts = 0;
  #lastEnd: string | undefined;

  constructor(parts: ReplicaParts) {
    this.#parts = parts;
  }

  get assignment(): Assignment {
    return this.#parts.assignment;
  }

  get status(): ReplicaStatus {
    const { service, replica, name } = this.#parts.assignment;
    const pid = this.#process?.isRunning === true ? this.#process.pid : undefined;
    const common = { service: service.name, replica, name, isJob: service.isJob, pid };
    const past = { restarts: this.#restarts, lastEnd: this.#lastEnd, logFile: this.#parts.logFile };
    return { ...common, ...past, phase: this.#phase, health: this.#health };
  }

  /** The number of consecutive runs that ended early. */
  get earlyDeaths(): number {
    return this.#backoff.deaths;
  }

  /** Starts the process unless it runs or is about to run. Resolves when the process exists, which is before it is ready. */
  async start(): Promise<void> {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#backoff.reset();
    await this.#run();
  }

  /** Asks the process to end, and kills it if it does not end within its grace period. It stays down until `start`. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.#process?.stop(this.#parts.assignment.service.stopGraceMs);
    if (this.#phase !== 'completed' && this.#phase !== 'waiting') this.#become('stopped');
  }

  /** Sends a signal to the running process. With `restart: false` the process stays down until `start`. */
  async signal(signal: NodeJS.Signals, { restart }: { restart: boolean }): Promise<void> {
    if (!restart) this.#isWanted = false;
    this.#process?.signal(signal);
    if (signal === 'SIGKILL') await this.#process?.exited;
  }

  async #run(): Promise<void> {
    const { assignment, runner, logFile } = this.#parts;
    this.#become('starting');
    const began = Date.now();
    try {
      const launch = await runner.prepare(assignment);
      if (!this.#isWanted) return;
      const running = await ManagedProcess.start(launch, logFile);
      this.#process = running;
      this.#become('running', assignment.service.healthCheck === undefined ? 'none' : 'starting');
      const watching = this.#watchHealth();
      void running.exited.then((exit) => {
        watching.abort();
        return this.#ended(exit, Date.now() - began);
      });
      if (!this.#isWanted) await running.stop(assignment.service.stopGraceMs);
    } catch (error) {
      this.#isWanted = false;
      this.#lastEnd = (error as Error).message;
      this.#become('failed');
    }
  }

  #watchHealth(): AbortController {
    const controller = new AbortController();
    const { healthCheck } = this.#parts.assignment.service;
    if (healthCheck !== undefined) {
      void monitorHealth(
        healthCheck,
        this.#parts,
        (health) => this.#become(this.#phase, health),
        controller.signal,
      );
    }
    return controller;
  }

  async #ended({ code, signal }: Exit, ranMs: number): Promise<void> {
    this.#lastEnd = signal === null ? `ended with status ${code}` : `was ended by ${signal}`;
    const { service } = this.#parts.assignment;
    if (!this.#isWanted) return this.#become('stopped');
    if (code === 0 && service.restart.when !== 'always') {
      this.#isWanted = false;
      return this.#become('completed');
    }
    if (service.restart.when === 'never' || this.#restarts >= service.restart.atMost) {
      this.#isWanted = false;
      return this.#become('failed');
    }
    const pauseMs = this.#backoff.pauseAfter(ranMs);
    this.#become('restarting');
    await delay(pauseMs);
    if (!this.#isWanted || this.#phase !== 'restarting') return;
    this.#restarts += 1;
    await this.#run();
  }

  #become(phase: Phase, health: Health = 'none'): void {
    if (phase === this.#phase && health === this.#health) return;
    this.#phase = phase;
    this.#health = health;
    this.#parts.onChange(this);
  }
}
