import { type Admin } from 'kafkajs';
import { every } from '../support/every.ts';
import { type Group } from '../support/group.ts';
import { connectAdmin } from '../support/connect-admin.ts';
import { type OutageRun } from './outage-verdict.ts';
import { type Unlettered } from './unlettered.ts';

const COMPARED_EVERY_MS = 250;

/** Continuously compares the committed offsets of a group with the events whose dead letters are not durable yet. */
export class CommittedOffsets {
  readonly #admin: Admin;
  readonly #timer: { stop(): void };
  #comparisons = 0;
  #passed = 0;
  #example: string | undefined;

  private constructor(admin: Admin, groupId: string, unlettered: Unlettered) {
    this.#admin = admin;
    this.#timer = every(COMPARED_EVERY_MS, async () => {
      // A broker that does not answer gives no result; the number of its answers is counted.
      const committed = await committedBy(admin, groupId).catch(() => undefined);
      // An event that waits now was already waiting when the broker answered, or had not been attempted.
      if (committed === undefined || unlettered.size === 0) return;
      this.#comparisons += 1;
      const passed = unlettered.passedBy(committed);
      this.#passed += passed.length;
      this.#example ??= passed[0];
    });
  }

  static async watch({ brokers, groupId }: Group, unlettered: Unlettered): Promise<CommittedOffsets> {
    return new CommittedOffsets(await connectAdmin(brokers), groupId, unlettered);
  }

  get seen(): Pick<OutageRun, 'comparisons' | 'passed' | 'example'> {
    return { comparisons: this.#comparisons, passed: this.#passed, example: this.#example };
  }

  async stop(): Promise<void> {
    this.#timer.stop();
    await this.#admin.disconnect();
  }
}

async function committedBy(admin: Admin, groupId: string): Promise<ReadonlyMap<string, bigint>> {
  const topics = await admin.fetchOffsets({ groupId });
  return new Map(
    topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }): [string, bigint] => [`${topic}:${partition}`, BigInt(offset)]),
    ),
  );
}
