import { setImmediate as nextTurn } from 'node:timers/promises';
import { within } from '../time/within.ts';
import { GenerationOverError } from './generation-over.error.ts';
import { type TopicPartitionOffset } from './topic-partition.ts';

/** Counts the assignments of one session, from 1. */
export type Generation = number;

export interface GenerationCommitsOptions {
  readonly groupId: string;
  /** Commits under the client's generation at the time of sending. The client may resend by itself. */
  readonly send: (offsets: readonly TopicPartitionOffset[]) => Promise<void>;
  /** Ends the session, so that the client resends nothing. */
  readonly cutOff: (reason: Error) => void;
  readonly limitMs: number;
}

/**
 * Sends the commits of one session, each under the generation in which its events were handled. The broker compares only the
 * generation of a commit, not its partitions: a commit sent under the next generation would move back the offset of a
 * partition that has a new owner.
 *
 * kafkajs commits under the generation that it has when it sends, and it resends a commit by itself. So a commit starts only
 * while its generation lasts, and a commit that is in flight when the next generation starts ends the session. A commit
 * without an answer ends the session too, because it could arrive after a later commit and undo it.
 */
export class GenerationCommits {
  private generation: Generation = 0;
  private underWay = 0;

  constructor(private readonly options: GenerationCommitsOptions) {}

  get current(): Generation {
    return this.generation;
  }

  /** Starts the generation of a new assignment. @returns whether the session can continue */
  beginGeneration(): boolean {
    this.generation += 1;
    if (this.underWay === 0) return true;
    this.options.cutOff(new GenerationOverError(this.options.groupId));
    return false;
  }

  /** Must not be called concurrently. @throws {GenerationOverError} when the generation is over */
  async commit(generation: Generation, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    const { groupId, send, limitMs, cutOff } = this.options;
    // kafkajs adopts the next generation and emits its event in one turn of the event loop, with other callbacks between.
    await nextTurn();
    if (generation !== this.generation) throw new GenerationOverError(groupId);
    this.underWay += 1;
    let isAnswered = false;
    const sent = send(offsets).finally(() => {
      this.underWay -= 1;
      isAnswered = true;
    });
    try {
      await within(limitMs, 'committing', sent);
    } catch (error) {
      if (!isAnswered) cutOff(error as Error);
      throw error;
    }
  }
}
