import { type Contestant, type Timed } from './contestant.ts';
import { RaceResult } from './race-result.ts';

export interface RaceOptions {
  readonly rounds: number;
  /** Duration of a slice for a contestant that does not set its number of operations. */
  readonly sliceMs: number;
}

interface Runner {
  readonly contestant: Contestant;
  readonly operations: number;
}

/**
 * Runs all contestants in mirrored order, A B C C B A, in every round, so that a drift (a filling disk, a warming cache,
 * another process) affects all of them equally. The first tenth of the rounds is a warm-up and does not count.
 */
export async function runRace(contestants: readonly Contestant[], options: RaceOptions): Promise<RaceResult> {
  const runners: Runner[] = [];
  for (const contestant of contestants) runners.push(await paced(contestant, options.sliceMs));
  const warmUp = Math.ceil(options.rounds / 10);
  const result = new RaceResult();
  for (let round = -warmUp; round < options.rounds; round++) {
    for (const [place, { contestant, operations }] of [...runners, ...runners.toReversed()].entries()) {
      const elapsedMs = await slice(contestant, operations);
      if (round >= 0)
        result.record(contestant.name, place < runners.length ? 'there' : 'back', elapsedMs, operations);
    }
  }
  return result;
}

/**
 * Doubles the operations until they take long enough to be timed, then scales them to the slice. This also warms up. The
 * shorter of two times counts: a first call that includes compilation, or a garbage collection, would otherwise lead to
 * slices of only a few operations.
 */
async function paced(contestant: Contestant, sliceMs: number): Promise<Runner> {
  if (contestant.operations !== undefined) return { contestant, operations: contestant.operations };
  for (let operations = 1; ; operations *= 2) {
    const elapsedMs = Math.min(await slice(contestant, operations), await slice(contestant, operations));
    if (elapsedMs < sliceMs / 2) continue;
    return { contestant, operations: Math.max(1, Math.round((operations * sliceMs) / elapsedMs)) };
  }
}

/**
 * Runs one slice and returns its duration in ms. Synchronous work is measured in CPU time of this thread, which excludes the
 * time that other processes use. Asynchronous work is measured in elapsed time.
 */
async function slice(contestant: Contestant, operations: number): Promise<number> {
  const cpuBefore = threadCpuMs();
  const startedAt = performance.now();
  const work = contestant.run(operations);
  if (!(work instanceof Promise)) return threadCpuMs() - cpuBefore;
  const told: unknown = await work;
  return isTimed(told) ? told.elapsedMs : performance.now() - startedAt;
}

function isTimed(told: unknown): told is Timed {
  return typeof told === 'object' && told !== null && 'elapsedMs' in told;
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
