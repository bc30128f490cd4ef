import { say, seconds } from '../host/say.ts';
import { type RunningTopology } from '../engine/running-topology.ts';
import { type ReplicaStatus } from '../engine/replica-state.ts';

const SILENT_AT_MOST_MS = 10_000;

/**
 * Prints each service once, when its last replica is ready, and every death of a replica. After ten seconds without a line,
 * prints what the start waits for.
 */
export class Progress {
  readonly #began: number;
  readonly #told = new Set<string>();
  #topology: RunningTopology | undefined;
  #silence: NodeJS.Timeout | undefined;

  constructor(began: number) {
    this.#began = began;
  }

  watch(topology: RunningTopology): void {
    this.#topology = topology;
    this.#listenForSilence();
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
    this.#listenForSilence();
  }

  #listenForSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      const line = waitLine(this.#topology?.statuses ?? []);
      if (line === undefined) return;
      say(line);
      this.#listenForSilence();
    }, SILENT_AT_MOST_MS).unref();
  }
}

/** Returns what a start waits for at the moment; undefined when every service is ready or is being stopped. */
export function waitLine(statuses: readonly ReplicaStatus[]): string | undefined {
  const unready = statuses.filter((status) => !isReady(status));
  if (unready.length === 0 || unready.some(({ phase }) => phase === 'stopped')) return undefined;
  const services = new Set(statuses.map(({ service }) => service));
  const waiting = new Set(unready.map(({ service }) => service));
  const starting = new Set(unready.flatMap(({ phase, service }) => (phase === 'waiting' ? [] : service)));
  const awaited = starting.size === 0 ? 'the build of the apps' : [...starting].join(', ');
  return `  … ${services.size - waiting.size} of ${services.size} services are ready; waiting for ${awaited}`;
}

function isReady({ phase, health, isJob }: ReplicaStatus): boolean {
  if (isJob) return phase === 'completed';
  return phase === 'running' && (health === 'healthy' || health === 'none');
}
