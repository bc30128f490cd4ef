import { setImmediate as nextTurn } from 'node:timers/promises';
import { within } from '../time/within.ts';
import { GenerationOverError } from './generation-over.error.ts';
import { type TopicPartitionOffset } from './topic-partition.ts';

/** Counts the assignments of one session, from 1. */
export type Generation = number;

export interface GenerationCommitsOptions {
  readonly groupId: string;
  /** Commits under the generation that the client has at that moment, and may send again by itself. */
  readonly send: (offsets: readonly TopicPartitionOffset[]) => Promise<void>;
  /** Ends the session so that nothing is sent again. */
  readonly cutOff: (reason: Error) => void;
  readonly limitMs: number;
}

/**
 * The commits of one session, each under the generation in which its events were handled. The broker compares the generation of
 * a commit, never its partitions: one sent under the next generation moves back the offset of a partition that has a new owner.
 *
 * kafkajs commits under the generation that it has when it sends, and it repeats a commit by itself. So a commit starts only
 * while its generation lasts, and one that is still under way when the next generation begins ends the session. So does one
 * without an answer: it could arrive after a later commit and undo it.
 */
export class GenerationCommits {
  private generation: Generation = 0;
  private underWay = 0;

  constructor(private readonly options: GenerationCommitsOptions) {}

  get current(): Generation {
    return this.generation;
  }

  /** The group has given a new assignment. @returns whether the session can go on */
  beginGeneration(): boolean {
    this.generation += 1;
    if (this.underWay === 0) return true;
    this.options.cutOff(new GenerationOverError(this.options.groupId));
    return false;
  }

  /** Not twice at once. @throws {GenerationOverError} when the generation is over */
  async commit(generation: Generation, offsets: readonly TopicPartitionOffset[]): Promise<void> {
    const { groupId, send, limitMs, cutOff } = this.options;
    // kafkajs takes in the next generation and tells of it in one turn of the event loop, with other callbacks between the two.
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
