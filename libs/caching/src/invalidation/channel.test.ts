import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { LocalJournal } from '../../test/local-journal.ts';
import { InvalidationChannel, type InvalidationChannelOptions, TRUST_MS } from './channel.ts';
import { type Announcement, type InvalidationJournal } from './journal.ts';

const change = (key: string, by?: string): Announcement => ({ kind: 'invalidate', keys: [key], by });

describe('the channel of invalidations', () => {
  let clock: VirtualClock;
  let journal: LocalJournal;
  beforeEach(() => {
    clock = new VirtualClock();
    journal = new LocalJournal();
  });

  const open = (follower: string, options: Partial<InvalidationChannelOptions> = {}) => {
    const applied: Announcement[] = [];
    const apply = (announcement: Announcement) => applied.push(announcement);
    const channel = new InvalidationChannel({ journal, follower, clock, apply, ...options });
    return { channel, applied };
  };
  /** A journal whose calls are answered by this one, or never. */
  const silenceable = () => {
    const state = { isSilent: false };
    const unless = <T>(call: () => Promise<T>) =>
      state.isSilent ? new Promise<never>(() => undefined) : call();
    const silent: InvalidationJournal = {
      follow: (...args) => unless(() => journal.follow(...args)),
      behind: (...args) => unless(() => journal.behind(...args)),
      leave: (follower) => unless(() => journal.leave(follower)),
      onAnnounced: (wake) => journal.onAnnounced(wake),
      onCaughtUp: (wake) => journal.onCaughtUp(wake),
    };
    return { silent, state };
  };
  const timeOf = async (work: Promise<void>) => {
    const startedAt = clock.monotonicMs();
    let tookMs: number | undefined;
    void work.then(() => (tookMs = clock.monotonicMs() - startedAt));
    for (let ms = 0; tookMs === undefined && ms < 10 * TRUST_MS; ms += 1) await clock.run(1);
    return tookMs;
  };

  it('is trusted from its first answer on, and for a second after its last question', async () => {
    const { silent, state } = silenceable();
    const { channel, applied } = open('a', { journal: silent });
    expect(channel.isTrusted()).toBe(false);
    await clock.run(0);
    expect(channel.isTrusted()).toBe(true);
    expect(applied).toEqual([{ kind: 'invalidate', everything: true }]);
    await clock.run(10 * TRUST_MS);
    expect(channel.isTrusted()).toBe(true);
    state.isSilent = true;
    await clock.run(TRUST_MS / 2);
    expect(channel.isTrusted()).toBe(true);
    await clock.run(TRUST_MS / 2);
    expect(channel.isTrusted()).toBe(false);
  });

  it('applies what others announce, before their invalidation ends, and skips its own', async () => {
    const [a, b] = [open('a'), open('b')];
    await clock.run(2 * TRUST_MS);
    a.applied.length = b.applied.length = 0;
    const ended = a.channel.appliedEverywhere(journal.announce(change('k', 'a')));
    expect(await timeOf(ended)).toBeLessThan(10);
    expect([a.applied, b.applied]).toEqual([[], [change('k', 'a')]]);
  });

  it('waits for a follower that is silent until its trust has ended, and only once', async () => {
    const { silent, state } = silenceable();
    const [a, b] = [open('a'), open('b', { journal: silent })];
    await clock.run(2 * TRUST_MS);
    state.isSilent = true;
    const tookMs = await timeOf(a.channel.appliedEverywhere(journal.announce(change('first', 'a'))));
    expect(b.channel.isTrusted()).toBe(false);
    expect(tookMs).toBeGreaterThanOrEqual(TRUST_MS);
    expect(tookMs).toBeLessThan(1.1 * TRUST_MS);
    await clock.run(TRUST_MS);
    expect(await timeOf(a.channel.appliedEverywhere(journal.announce(change('second', 'a'))))).toBeLessThan(
      10,
    );
  });

  it('waits at its start for followers that have crashed, so that its first invalidation does not', async () => {
    const asked: string[] = [];
    const watched: InvalidationJournal = {
      ...silenceable().silent,
      behind: (position, silent) => (asked.push(position), journal.behind(position, silent)),
    };
    await journal.follow('crashed', '1');
    const follow = jest.spyOn(watched, 'follow').mockRejectedValueOnce(new Error('cut'));
    const { channel } = open('a', { journal: watched });
    await clock.run(1);
    expect([follow.mock.calls.length, asked.length]).toEqual([1, 0]);
    await clock.run(3 * TRUST_MS);
    asked.length = 0;
    await clock.run(5 * TRUST_MS);
    expect(asked).toEqual([]);
    expect(await timeOf(channel.appliedEverywhere(journal.announce(change('k', 'a'))))).toBeLessThan(10);
  });

  it('does not forget a follower that has asked again', async () => {
    const { silent, state } = silenceable();
    const [a, b] = [open('a'), open('b', { journal: silent })];
    await clock.run(2 * TRUST_MS);
    state.isSilent = true;
    const waiting = a.channel.appliedEverywhere(journal.announce(change('first', 'a')));
    await clock.run(TRUST_MS / 2);
    // Its call is executed late, with a position from before the announcement.
    await journal.follow('b', '1');
    await timeOf(waiting);
    await clock.run(TRUST_MS);
    const tookMs = await timeOf(a.channel.appliedEverywhere(journal.announce(change('second', 'a'))));
    expect(tookMs).toBeGreaterThanOrEqual(TRUST_MS);
    expect(b.channel.isTrusted()).toBe(false);
  });

  it.each([
    ['the journal does not answer', true],
    ['the position is unknown', false],
  ])('ends an invalidation after the time of the trust when %s', async (_what, isSilent) => {
    const { silent, state } = silenceable();
    const { channel } = open('a', { journal: silent });
    await clock.run(2 * TRUST_MS);
    state.isSilent = isSilent;
    const tookMs = await timeOf(
      channel.appliedEverywhere(isSilent ? journal.announce(change('k')) : undefined),
    );
    expect(tookMs).toBeGreaterThanOrEqual(TRUST_MS);
    expect(tookMs).toBeLessThan(1.1 * TRUST_MS);
  });

  it('continues where it was after a silence, and starts again when the journal has forgotten that', async () => {
    const { silent, state } = silenceable();
    let fail: (error: Error) => void = () => undefined;
    const failing: InvalidationJournal = {
      ...silent,
      follow: (...args) =>
        state.isSilent ? new Promise((_resolve, reject) => (fail = reject)) : journal.follow(...args),
    };
    const { channel, applied } = open('a', { journal: failing });
    await clock.run(TRUST_MS);
    applied.length = 0;
    const cut = async (meanwhile: () => void) => {
      state.isSilent = true;
      await clock.run(5 * TRUST_MS);
      meanwhile();
      state.isSilent = false;
      fail(new Error('cut'));
      await clock.run(TRUST_MS);
      expect(channel.isTrusted()).toBe(true);
      return applied.splice(0);
    };
    expect(await cut(() => ['one', 'two'].forEach((key) => journal.announce(change(key))))).toEqual([
      change('one'),
      change('two'),
    ]);
    expect(await cut(() => journal.loseAnnouncements())).toEqual([{ kind: 'invalidate', everything: true }]);
  });

  it('reports whether L1 is in use: at the first outcome, and with each change and its cause', async () => {
    const reports: unknown[] = [];
    let error: Error | undefined = new Error('no permission');
    const failing: InvalidationJournal = {
      ...silenceable().silent,
      follow: (...args) => (error === undefined ? journal.follow(...args) : Promise.reject(error)),
    };
    const onChange = (state: string, cause: unknown) => {
      reports.push([state, cause]);
      throw new Error('a fault of the callback');
    };
    const { channel } = open('a', { journal: failing, onChange });
    await clock.run(TRUST_MS);
    const first = error;
    error = undefined;
    await clock.run(TRUST_MS);
    error = new Error('later');
    await clock.run(5 * TRUST_MS);
    expect(reports).toEqual([
      ['untrusted', first],
      ['trusted', undefined],
      ['untrusted', error],
    ]);
    await channel.close();
  });

  it.each(['before', 'during'])(
    'does not end an invalidation early when it is closed %s it',
    async (when) => {
      const { silent, state } = silenceable();
      const [a, b] = [open('a'), open('b', { journal: silent })];
      await clock.run(2 * TRUST_MS);
      state.isSilent = true;
      if (when === 'before') void a.channel.close();
      const waiting = a.channel.appliedEverywhere(journal.announce(change('k', 'a')));
      await clock.run(10);
      if (when === 'during') void a.channel.close();
      await timeOf(waiting);
      expect(b.channel.isTrusted()).toBe(false);
    },
  );

  it('asks again whether the followers have caught up, because the journal may lose a notice', async () => {
    const { silent, state } = silenceable();
    const withoutNotices = { ...silenceable().silent, onCaughtUp: () => () => undefined };
    const [a] = [open('a', { journal: withoutNotices }), open('b', { journal: silent })];
    await clock.run(2 * TRUST_MS);
    state.isSilent = true;
    const position = journal.announce(change('k', 'a'));
    const waiting = a.channel.appliedEverywhere(position);
    await clock.run(1);
    await journal.follow('b', position);
    expect(await timeOf(waiting)).toBeLessThan(TRUST_MS / 2);
  });

  it('does not wait for itself', async () => {
    const { silent, state } = silenceable();
    const { channel } = open('a', { journal: { ...silenceable().silent, follow: silent.follow } });
    await clock.run(2 * TRUST_MS);
    state.isSilent = true;
    await clock.run(TRUST_MS / 2);
    expect(await timeOf(channel.appliedEverywhere(journal.announce(change('k', 'a'))))).toBeLessThan(10);
  });

  it('ignores an answer that arrives after it was closed', async () => {
    const gate = Promise.withResolvers<void>();
    const slow: InvalidationJournal = {
      ...silenceable().silent,
      follow: async (...args) => {
        await gate.promise;
        return journal.follow(...args);
      },
    };
    const { channel, applied } = open('a', { journal: slow });
    const closing = channel.close();
    gate.resolve();
    await clock.run(1);
    await closing;
    expect(applied).toEqual([]);
    expect(channel.isTrusted()).toBe(false);
  });

  it('leaves no listener at the journal: after an invalidation, and when it is closed', async () => {
    let listeners = 0;
    const counted = (stop: () => void) => {
      listeners += 1;
      return () => {
        listeners -= 1;
        stop();
      };
    };
    const counting: InvalidationJournal = {
      ...silenceable().silent,
      onAnnounced: (wake) => counted(journal.onAnnounced(wake)),
      onCaughtUp: (wake) => counted(journal.onCaughtUp(wake)),
    };
    const { channel } = open('a', { journal: counting });
    await clock.run(2 * TRUST_MS);
    expect(listeners).toBe(1);
    await timeOf(channel.appliedEverywhere(journal.announce(change('k', 'a'))));
    expect(listeners).toBe(1);
    const closing = channel.close();
    await clock.run(0);
    await closing;
    expect(listeners).toBe(0);
  });

  it('leaves when it is closed: it is not trusted, others do not wait for it, and no timer is left', async () => {
    const [a, b] = [open('a'), open('b')];
    await clock.run(2 * TRUST_MS);
    const both = [b.channel.close(), b.channel.close()];
    expect(b.channel.isTrusted()).toBe(false);
    await clock.run(0);
    await Promise.all(both);
    expect(await timeOf(a.channel.appliedEverywhere(journal.announce(change('k', 'a'))))).toBeLessThan(10);
    const closing = a.channel.close();
    await clock.run(0);
    await closing;
    expect(clock.timers).toBe(0);
  });
});
