import { eventually } from '@groundwork/testing';
import { freePort, type RunningTopology } from '@groundwork/topology';
import { setTimeout as pause } from 'node:timers/promises';
import { startProgram } from '../platform/start-program.ts';
import { type FaultKind } from './fault-plan.ts';

/** Longer than the session of a consumer (10 s): by then another consumer owns its partitions. */
const FROZEN_MS = 13_000;
const READY_WITHIN_MS = 120_000;
const CONSUMERS = [
  ['event-processor', 1],
  ['order-service', 1],
  ['event-processor', 2],
  ['order-service', 2],
] as const;
const DATABASES = ['postgres-events', 'postgres-shard-1', 'postgres-shard-2'] as const;

/**
 * Injects one fault after the other, each time into the next target of its kind, and waits until the target is healthy
 * again.
 */
export class Faults {
  readonly #topology: RunningTopology;
  readonly #done: Record<FaultKind, number> = { kill: 0, rebalance: 0, broker: 0, postgres: 0, zombie: 0 };

  constructor(topology: RunningTopology) {
    this.#topology = topology;
  }

  /** How often each fault has happened. */
  get done(): Readonly<Record<FaultKind, number>> {
    return this.#done;
  }

  /** @returns a description of the fault for the user */
  async run(kind: FaultKind): Promise<string> {
    const turn = this.#done[kind];
    const told = await this.#break(kind, turn);
    this.#done[kind] += 1;
    return told;
  }

  #break(kind: FaultKind, turn: number): Promise<string> {
    const [service, replica] = CONSUMERS[turn % CONSUMERS.length] as (typeof CONSUMERS)[number];
    if (kind === 'kill') return this.#killed(service, replica);
    if (kind === 'zombie') return this.#frozen(service, replica);
    if (kind === 'rebalance') return this.#joinedByAnother();
    return this.#killed(kind === 'broker' ? 'kafka' : (DATABASES[turn % DATABASES.length] as string), 1);
  }

  async #killed(service: string, replica: number): Promise<string> {
    await this.#topology.kill(service, replica, 'SIGKILL', { restart: true });
    await this.#topology.waitHealthy(service, READY_WITHIN_MS);
    return `${service} ${replica}: kill -9, started again`;
  }

  async #frozen(service: string, replica: number): Promise<string> {
    await this.#topology.kill(service, replica, 'SIGSTOP');
    try {
      await pause(FROZEN_MS);
    } finally {
      await this.#topology.kill(service, replica, 'SIGCONT');
    }
    await this.#topology.waitHealthy(service, READY_WITHIN_MS);
    return `${service} ${replica}: stopped for ${FROZEN_MS / 1_000} s, then continued`;
  }

  async #joinedByAnother(): Promise<string> {
    const address = `127.0.0.1:${await freePort()}`;
    const third = await startProgram(this.#topology, 'event-processor', 1, {
      program: 'apps/event-processor/dist/main.js',
      name: 'event-processor-3',
      variables: { INSTANCE_ID: 'event-processor-3', LISTEN_ADDRESS: address },
    });
    try {
      const health = `http://${address}/health/ready`;
      await eventually(async () => (await fetch(health)).ok, { within: READY_WITHIN_MS, every: 100 });
    } finally {
      await third.stop(25_000);
    }
    return 'event-processor 3: joined and left';
  }
}
