import { ShardDeadlineError } from './shard-deadline.error.ts';

export interface ScatterOptions {
  /** Time limit of each shard. */
  readonly deadlineMs: number;
  /** If the caller aborts this signal, all work is cancelled and the scatter rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Selects the errors of a shard that only remove its part of the answer (a partial scatter). By default it selects none,
   * and the first error of any shard rejects the scatter. Tolerate only the absence of a shard: a faulty statement is not an
   * outage.
   */
  readonly tolerates?: (error: unknown) => boolean;
}

export interface ShardFailure {
  readonly shard: string;
  readonly error: unknown;
}

export interface Scattered<T> {
  /** In the order of the shards, not in the order of their answers. */
  readonly answers: readonly { readonly shard: string; readonly value: T }[];
  readonly failures: readonly ShardFailure[];
  /** Whether every shard answered. Only then does a row that is missing from the answers not exist. */
  readonly complete: boolean;
}

/**
 * Queries all shards at once and waits for every answer. Each shard's work receives a signal. It is aborted at the shard's
 * deadline, when the caller aborts, and when the error of another shard ends the scatter. The work must then cancel what it
 * is running. The scatter does not wait for that, so a hanging shard delays no caller beyond the deadline.
 *
 * @throws the first error that is not tolerated; if all shards fail, the first error
 */
export async function scatter<S extends { readonly name: string }, T>(
  shards: readonly S[],
  ask: (shard: S, signal: AbortSignal) => Promise<T>,
  { deadlineMs, signal, tolerates = () => false }: ScatterOptions,
): Promise<Scattered<T>> {
  const all = new AbortController();
  const giveUp = () => all.abort(signal?.reason);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted === true) giveUp();
  try {
    const outcomes = await Promise.all(
      shards.map(async (shard): Promise<Outcome<T>> => {
        try {
          return { shard: shard.name, value: await askInTime(shard, ask, deadlineMs, all.signal) };
        } catch (error) {
          if (all.signal.aborted || !tolerates(error)) throw error;
          return { shard: shard.name, error };
        }
      }),
    );
    return gathered(outcomes);
  } catch (error) {
    all.abort(error);
    throw error;
  } finally {
    signal?.removeEventListener('abort', giveUp);
  }
}

type Outcome<T> = { readonly shard: string; readonly value: T } | ShardFailure;

/** Returns the shard's answer. Rejects as soon as the deadline is over or the scatter is aborted. */
async function askInTime<S extends { readonly name: string }, T>(
  shard: S,
  ask: (shard: S, signal: AbortSignal) => Promise<T>,
  deadlineMs: number,
  all: AbortSignal,
): Promise<T> {
  all.throwIfAborted();
  const own = new AbortController();
  const giveUp = () => own.abort(all.reason);
  const deadline = setTimeout(() => own.abort(new ShardDeadlineError(shard.name, deadlineMs)), deadlineMs);
  all.addEventListener('abort', giveUp);
  try {
    return await untilAborted(ask(shard, own.signal), own.signal);
  } finally {
    clearTimeout(deadline);
    all.removeEventListener('abort', giveUp);
  }
}

/** Abandoned work may fail later. Its rejection is handled here, so it does not become an unhandled rejection. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
    work.then(resolve, reject);
  });
}

function gathered<T>(outcomes: readonly Outcome<T>[]): Scattered<T> {
  const failures = outcomes.filter((outcome) => 'error' in outcome);
  const answers = outcomes.filter((outcome) => 'value' in outcome);
  if (failures[0] !== undefined && answers.length === 0) throw failures[0].error;
  return { answers, failures, complete: failures.length === 0 };
}
