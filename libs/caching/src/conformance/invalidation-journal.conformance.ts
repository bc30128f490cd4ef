import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { type Announcement, type InvalidationJournal } from '../invalidation/journal.ts';

export interface OpenJournal {
  readonly journal: InvalidationJournal;
  /** Appends an announcement, and returns its position. */
  announce(announcement: Announcement): Promise<string>;
  /** Loses the announcements, with or without the followers. */
  loseAnnouncements(): Promise<void>;
  loseFollowers(): Promise<void>;
  close(): Promise<void>;
}

const change = (key: string): Announcement => ({ kind: 'invalidate', keys: [key] });

/** Tests the guarantees of a journal of invalidations. */
export function describeInvalidationJournal(name: string, open: () => Promise<OpenJournal>): void {
  describe(`${name} as a journal of invalidations`, () => {
    let opened: OpenJournal;
    let journal: InvalidationJournal;
    beforeAll(async () => {
      opened = await open();
      journal = opened.journal;
    });
    beforeEach(async () => {
      await opened.loseAnnouncements();
      // The followers of earlier tests are lost now. The journal forgets what stands for them.
      const position = await opened.announce(change('first'));
      await journal.behind(position, await journal.behind(position, new Map()));
    });
    afterAll(() => opened.close());

    /** Makes a follower that has applied everything. Returns its position. */
    const start = async (follower: string) => {
      const { position } = await journal.follow(follower, undefined);
      await journal.follow(follower, position);
      return position;
    };
    const behind = async (position: string, silent: ReadonlyMap<string, string> = new Map()) => [
      ...(await journal.behind(position, silent)).keys(),
    ];

    it('returns announcements to each follower once, in order', async () => {
      const at = await start('a');
      for (const key of ['one', 'two', 'three']) await opened.announce(change(key));
      const followed = await journal.follow('a', at);
      expect(followed.isComplete).toBe(true);
      expect(followed.announcements.map(({ keys }) => keys)).toEqual([['one'], ['two'], ['three']]);
      expect(await journal.follow('a', followed.position)).toEqual({
        ...{ isComplete: true, announcements: [], position: followed.position },
      });
    });

    it('returns announcements as they are', async () => {
      const at = await start('a');
      const full: Announcement = {
        ...{ kind: 'expire', keys: ['ключ "1"'], tags: ['a\nb', 'c'], everything: true, by: 'b' },
      };
      await opened.announce(full);
      expect((await journal.follow('a', at)).announcements).toEqual([full]);
    });

    it('reports a follower as behind until it has recorded the position', async () => {
      const at = await start('a');
      await start('b');
      const position = await opened.announce(change('k'));
      expect((await behind(position)).toSorted()).toEqual(['a', 'b']);
      const followed = await journal.follow('a', at);
      // It has the announcement, but may not have applied it yet.
      expect((await behind(position)).toSorted()).toEqual(['a', 'b']);
      await journal.follow('a', followed.position);
      expect(await behind(position)).toEqual(['b']);
      await journal.leave('b');
      expect(await behind(position)).toEqual([]);
    });

    it('reports a new follower as behind until it has recorded its first position', async () => {
      const { position, isComplete } = await journal.follow('new', undefined);
      expect(isComplete).toBe(false);
      expect(await behind(position)).toContain('new');
      await journal.follow('new', position);
      expect(await behind(position)).not.toContain('new');
    });

    it('forgets a silent follower only if it has made no call since', async () => {
      const at = await start('a');
      await start('b');
      const position = await opened.announce(change('k'));
      const silent = await journal.behind(position, new Map());
      await journal.follow('a', at);
      expect(await behind(position, silent)).toEqual(['a']);
      // The forgotten one is known again with its next call.
      await journal.follow('b', at);
      expect((await behind(position)).toSorted()).toEqual(['a', 'b']);
    });

    it('is not complete after it has lost its announcements', async () => {
      const at = await start('a');
      await opened.announce(change('lost'));
      await opened.loseAnnouncements();
      const followed = await journal.follow('a', at);
      expect(followed).toMatchObject({ isComplete: false, announcements: [] });
      const again = await journal.follow('a', followed.position);
      expect(again).toMatchObject({ isComplete: true, announcements: [] });
    });

    it('is not complete when announcements follow those that were lost', async () => {
      const at = await start('a');
      await opened.loseAnnouncements();
      await opened.announce(change('after the loss'));
      expect((await journal.follow('a', at)).isComplete).toBe(false);
    });

    it.each(['loseFollowers', 'loseAnnouncements'] as const)(
      'reports a follower that never answers in place of lost ones (%s)',
      async (lose) => {
        const at = await start('a');
        await opened[lose]();
        const position = await opened.announce(change('k'));
        const silent = await journal.behind(position, new Map());
        expect(silent.size).toBe(1);
        expect(await behind(position, silent)).toEqual([]);
        const followed = await journal.follow('a', at);
        expect(followed.isComplete).toBe(lose === 'loseFollowers');
      },
    );

    it('does not forget what stands for followers because of an earlier loss', async () => {
      const position = await opened.announce(change('k'));
      await opened.loseFollowers();
      const earlier = await journal.behind(position, new Map());
      await opened.loseFollowers();
      expect(await behind(position, earlier)).toHaveLength(1);
    });

    it('keeps its state of being known while it has no followers', async () => {
      await journal.leave('a');
      expect(await behind(await opened.announce(change('k')))).toEqual([]);
    });

    it('wakes followers after an announcement, until they end that', async () => {
      const woken = { a: 0, b: 0 };
      const endA = journal.onAnnounced(() => (woken.a += 1));
      const endB = journal.onAnnounced(() => (woken.b += 1));
      await eventually(async () => {
        await opened.announce(change('k'));
        return woken.a > 1 && woken.b > 1;
      });
      endA();
      const before = woken.a;
      const { b } = woken;
      await eventually(async () => {
        await opened.announce(change('k'));
        return woken.b > b + 1;
      });
      expect(woken.a).toBe(before);
      endB();
    });

    it('wakes those that wait when the last follower has recorded a position, or leaves', async () => {
      const at = await start('a');
      await start('b');
      let woken = 0;
      const end = journal.onCaughtUp(() => (woken += 1));
      const recordAll = async () => {
        const position = await opened.announce(change('k'));
        await journal.follow('a', at);
        await journal.follow('a', position);
        await journal.follow('b', position);
      };
      await eventually(async () => {
        await recordAll();
        return woken > 2;
      });
      const before = woken;
      await eventually(async () => {
        await journal.leave('b');
        return woken > before;
      });
      end();
    });
  });
}
