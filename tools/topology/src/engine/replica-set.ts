import { type Condition, type Service } from '../compose/service.ts';
import { TopologyError } from '../topology.error.ts';
import { type Replica } from './replica.ts';
import { startFailure } from './start-failure.ts';

/** A replica that has died this often before it was ready will not become ready by itself. */
const HOPELESS_AFTER_DEATHS = 6;

/** All replicas of one service. */
export class ReplicaSet {
  readonly service: Service;
  readonly replicas: readonly Replica[];
  readonly #waiters = new Set<() => void>();

  constructor(service: Service, replicas: readonly Replica[]) {
    this.service = service;
    this.replicas = replicas;
  }

  /** Called after each change of a replica; wakes the waiting callers. */
  changed(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  is(condition: Condition): boolean {
    return this.replicas.every(({ status: { phase, health } }) => {
      if (condition === 'service_completed_successfully') return phase === 'completed';
      if (condition === 'service_healthy') return phase === 'running' && health === 'healthy';
      return phase === 'running' || phase === 'completed';
    });
  }

  /** Resolves when every replica meets the condition. Rejects when a replica can no longer meet it, or after `withinMs`. */
  until(
    condition: Condition,
    { withinMs, signal }: { withinMs: number; signal?: AbortSignal },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        clearTimeout(timer);
        this.#waiters.delete(look);
        signal?.removeEventListener('abort', aborted);
        finish();
      };
      const look = () => {
        const hopeless = this.#hopeless();
        if (this.is(condition)) settle(resolve);
        else if (hopeless !== undefined)
          settle(() => reject(startFailure(this.service, hopeless.status, 'does not come up')));
      };
      const aborted = () => settle(() => reject(new TopologyError('stopped', 'the topology was stopped')));
      const timer = setTimeout(() => settle(() => reject(this.#tooLate(condition, withinMs))), withinMs);
      this.#waiters.add(look);
      signal?.addEventListener('abort', aborted);
      if (signal?.aborted === true) aborted();
      else look();
    });
  }

  #hopeless(): Replica | undefined {
    return this.replicas.find(
      ({ status, earlyDeaths }) =>
        status.phase === 'failed' || (status.phase === 'restarting' && earlyDeaths >= HOPELESS_AFTER_DEATHS),
    );
  }

  #tooLate(condition: Condition, withinMs: number): TopologyError {
    const late = this.replicas.find(
      ({ status }) => status.health !== 'healthy' && status.phase !== 'completed',
    );
    const wanted = condition.replace('service_', '').replaceAll('_', ' ');
    const why = `was not ${wanted} within ${withinMs / 1_000} s`;
    return late === undefined
      ? new TopologyError('start-failed', `${this.service.name} ${why}`)
      : startFailure(this.service, late.status, why);
  }
}
