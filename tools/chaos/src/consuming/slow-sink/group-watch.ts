import { type Admin } from 'kafkajs';
import { connectAdmin } from '../support/connect-admin.ts';
import { every } from '../support/every.ts';

const ASKED_EVERY_MS = 1_000;
const STABLE = 'Stable';

/** What the broker says of groups that should keep the one member they have. */
export interface GroupState {
  /** How often it was asked, and answered. */
  readonly answers: number;
  /** Answers that named another member than the first one, or several, or none. */
  readonly otherMembers: number;
  /** Answers while members were joining. */
  readonly unstable: number;
}

/** Asks the broker every second who the members of the groups are: a member that is evicted comes back under another id. */
export class GroupWatch {
  readonly #admin: Admin;
  readonly #timer: { stop(): void };
  readonly #first = new Map<string, string>();
  readonly #states = new Map<string, GroupState>();

  private constructor(admin: Admin, groupIds: readonly string[]) {
    this.#admin = admin;
    this.#timer = every(ASKED_EVERY_MS, async () => {
      // A broker that does not answer says nothing; how often it did is counted.
      const answer = await admin.describeGroups([...groupIds]).catch(() => undefined);
      for (const { groupId, state, members } of answer?.groups ?? [])
        this.#note(
          groupId,
          state,
          members.map(({ memberId }) => memberId),
        );
    });
  }

  /** To be called when each group has its member. */
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
