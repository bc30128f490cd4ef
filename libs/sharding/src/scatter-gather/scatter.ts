import { ShardDeadlineError } from './shard-deadline.error.ts';

export interface ScatterOptions {
  /** How long each shard may take. */
  readonly deadlineMs: number;
  /** Given up by the caller: everything is, and the scatter ends with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * Partial: which errors of a shard cost its part only. Default, strict: none; the first error of any shard is that of the
   * scatter. Errors that are not a shard's absence must not be tolerated: a fault in a statement is not an outage.
   */
  readonly tolerates?: (error: unknown) => boolean;
}

export interface ShardFailure {
  readonly shard: string;
  readonly error: unknown;
}

export interface Scattered<T> {
  /** In the order of the shards, whatever the order in which they answered. */
  readonly answers: readonly { readonly shard: string; readonly value: T }[];
  readonly failures: readonly ShardFailure[];
  /** Whether every shard answered. Only then what is not among the answers does not exist. */
  readonly complete: boolean;
}

/**
 * Asks all shards at once and waits for every answer. Each shard's work gets a signal that is aborted when its deadline is
 * over, when the caller gives up, and when another shard's error ends the scatter; the work must then cancel what it has
 * running. The scatter itself does not wait for that, so a shard that hangs keeps nobody past its deadline.
 *
 * @throws the first error that is not tolerated; when all shards fail, the first error: an answer of nobody is no answer
 */
export async function scatter<S extends { readonly name: string }, T>(
  shards: readonly S[],
  ask: (shard: S, signal: AbortSignal) => Promise<T>,
  { deadlineMs, signal, tolerates = () => false }: ScatterOptions,
): Promise<Scattered<T>> {
  const all = new AbortController();
  const giveUp = () => all.abort(signal?.reason);
  signal?.addEventListener('abort', giveUp, { once: true });
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

/** The shard's answer, or an error as soon as the deadline is over or everything is given up. */
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
  all.addEventListener('abort', giveUp, { once: true });
  try {
    return await untilAborted(ask(shard, own.signal), own.signal);
  } finally {
    clearTimeout(deadline);
    all.removeEventListener('abort', giveUp);
  }
}

/** Work that was given up may go on failing for itself: that is nobody's unhandled rejection. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}

function gathered<T>(outcomes: readonly Outcome<T>[]): Scattered<T> {
  const failures = outcomes.filter((outcome) => 'error' in outcome);
  const answers = outcomes.filter((outcome) => 'value' in outcome);
  if (failures[0] !== undefined && answers.length === 0) throw failures[0].error;
  return { answers, failures, complete: failures.length === 0 };
}
