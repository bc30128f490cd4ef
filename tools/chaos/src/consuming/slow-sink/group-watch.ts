import { type Admin } from 'kafkajs';
import { connectAdmin } from '../support/connect-admin.ts';
import { every } from '../support/every.ts';

const ASKED_EVERY_MS = 1_000;
const STABLE = 'Stable';

/** The broker's view of a group that should keep its only member. */
export interface GroupState {
  /** How often the broker answered. */
  readonly answers: number;
  /** Answers that named a member other than the first one, several members, or none. */
  readonly otherMembers: number;
  /** Answers while members were joining. */
  readonly unstable: number;
}

/** Asks the broker every second for the members of the groups: a member that was evicted returns under another id. */
export class GroupWatch {
  readonly #admin: Admin;
  readonly #timer: { stop(): void };
  readonly #first = new Map<string, string>();
  readonly #states = new Map<string, GroupState>();

  private constructor(admin: Admin, groupIds: readonly string[]) {
    this.#admin = admin;
    this.#timer = every(ASKED_EVERY_MS, async () => {
      // A broker that does not answer gives no result; the number of its answers is counted.
      const answer = await admin.describeGroups([...groupIds]).catch(() => undefined);
      for (const { groupId, state, members } of answer?.groups ?? [])
        this.#note(
          groupId,
          state,
          members.map(({ memberId }) => memberId),
        );
    });
  }

  /** Call this when each group has its member. */
  static async begin(brokers: string[], groupIds: readonly string[]): Promise<GroupWatch> {
    return new GroupWatch(await connectAdmin(brokers), groupIds);
  }

  stateOf(groupId: string): GroupState {
    return this.#states.get(groupId) ?? { answers: 0, otherMembers: 0, unstable: 0 };
  }

  async stop(): Promise<void> {
    this.#timer.stop();
    await this.#admin.disconnect();
  }

  #note(groupId: string, state: string, memberIds: readonly string[]): void {
    const [memberId = 'none'] = memberIds;
    const first = this.#first.get(groupId) ?? memberId;
    this.#first.set(groupId, first);
    const { answers, otherMembers, unstable } = this.stateOf(groupId);
    const isSame = memberIds.length === 1 && memberId === first;
    this.#states.set(groupId, {
      answers: answers + 1,
      otherMembers: otherMembers + (isSame ? 0 : 1),
      unstable: unstable + (state === STABLE ? 0 : 1),
    });
  }
}
