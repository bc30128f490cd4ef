import { say, seconds } from '../host/say.ts';
import { type RunningTopology } from '../engine/running-topology.ts';
import { type ReplicaStatus } from '../engine/replica-state.ts';

/** Prints each service once, when its last replica is ready, and every death of a replica. */
export class Progress {
  readonly #began: number;
  readonly #told = new Set<string>();
  #topology: RunningTopology | undefined;

  constructor(began: number) {
    this.#began = began;
  }

  watch(topology: RunningTopology): void {
    this.#topology = topology;
  }

  changed(status: ReplicaStatus): void {
    if (status.phase === 'restarting')
      say(`  ! ${status.name} ${status.lastEnd ?? 'ended'}; restarting it (log: ${status.logFile})`);
    if (status.health === 'unhealthy') say(`  ! ${status.name} is unhealthy (log: ${status.logFile})`);
    const replicas = this.#topology?.statuses.filter(({ service }) => service === status.service) ?? [];
    if (this.#told.has(status.service) || !replicas.every(isReady)) return;
    this.#told.add(status.service);
    const what = status.phase === 'completed' ? 'done' : status.health === 'none' ? 'running' : 'healthy';
    const count = replicas.length > 1 ? ` ×${replicas.length}` : '';
    say(
      `  ${`${status.service}${count}`.padEnd(22)} ${what.padEnd(8)} ${seconds(performance.now() - this.#began).padStart(7)}`,
    );
  }
}

function isReady({ phase, health, isJob }: ReplicaStatus): boolean {
  if (isJob) return phase === 'completed';
  return phase === 'running' && (health === 'healthy' || health === 'none');
}
