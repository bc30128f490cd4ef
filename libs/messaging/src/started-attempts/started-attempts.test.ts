import { describe, expect, it } from '@jest/globals';
import { decodeNotes } from './attempt-notes.ts';
import { StartedAttempts } from './started-attempts.ts';

const MAX_DEATHS = 3;
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Creates a partition with the offsets 10 to 100, whose notes are stored when the test stores them. */
function partition(metadata: string, { ownerDied = true, owner = 'next' } = {}) {
  const asked = { times: 0 };
  const starts = new StartedAttempts({ owner, maxDeaths: MAX_DEATHS, changed: () => (asked.times += 1) });
  starts.inherit({ notes: decodeNotes(metadata), ownerDied, end: 100n }, 10n);
  const store = async (offset = 10n) => {
    starts.stored(starts.notes.version, offset);
    await settled();
  };
  const log: string[] = [];
  const running = new Map<string, PromiseWithResolvers<void>>();
  const begin = (...offsets: string[]) => {
    const ended = starts
      .run(offsets, () => {
        log.push(`begin ${offsets.join()}`);
        running.set(offsets.join(), Promise.withResolvers());
        return running.get(offsets.join())!.promise;
      })
      .catch((error: { code?: string; message: string }) =>
        log.push(`${error.code ?? error.message} ${offsets.join()}`),
      );
    return ended;
  };
  const end = async (offsets: string, error?: Error) => {
    if (error === undefined) running.get(offsets)?.resolve();
    else running.get(offsets)?.reject(error);
    await settled();
  };
  return { starts, asked, store, begin, end, log, text: () => starts.notes.text };
}

describe('started attempts', () => {
  it('are not noted when the previous owner shut down cleanly, once the new owner is stored', async () => {
    const { begin, log, store, text, asked } = partition('', { ownerDied: false });
    expect(asked.times).toBe(1);
    void begin('10');
    await settled();
    expect(log).toEqual([]);
    await store();
    expect(log).toEqual(['begin 10']);
    void begin('11');
    void begin('12', '13');
    expect(log).toEqual(['begin 10', 'begin 11', 'begin 12,13']);
    expect(text()).toBe('@next');
  });

  it('are noted before they start when the previous owner died, up to the end of the partition at that time', async () => {
    const { begin, end, log, store, text } = partition('@dead');
    await store();
    void begin('10');
    void begin('11', '12');
    void begin('100');
    await settled();
    expect(log).toEqual(['begin 100']);
    expect(text()).toBe('@next 10+2:0!');
    await store();
    expect(log).toEqual(['begin 100', 'begin 10', 'begin 11,12']);
    await end('10');
    expect(text()).toBe('@next 11+1:0!');
  });

  it('need no notes once all doubtful events are finished', async () => {
    const { begin, log, store } = partition('@dead');
    await store(100n);
    void begin('10');
    expect(log).toEqual(['begin 10']);
  });

  it('are suspect when the owner died during them, and then run alone across all partitions', async () => {
    const [one, two] = [partition('@dead 10:0! 20:1'), partition('@dead 10:0!')];
    expect(['10', '11', '20'].map((offset) => one.starts.isSuspect(offset))).toEqual([true, false, true]);
    await one.store();
    await two.store();
    void one.begin('20');
    await one.begin('10');
    await two.begin('10');
    await one.store();
    expect([one.log, two.log]).toEqual([['another-at-work 10', 'begin 20'], ['another-at-work 10']]);
    await one.end('20');
    void one.begin('10');
    await two.begin('10');
    await one.store();
    expect([one.log.at(-1), two.log.length]).toEqual(['begin 10', 2]);
    await one.end('10', new Error('it failed'));
    void two.begin('10');
    await two.store();
    expect(two.log.at(-1)).toBe('begin 10');
    await two.end('10');
    expect(one.log.at(-1)).toBe('it failed 10');
    expect([one.text(), two.text()]).toEqual(['@next', '@next']);
    expect(one.starts.isSuspect('10')).toBe(false);
  });

  it('accumulate deaths from owner to owner, and are given up after `maxDeaths`', async () => {
    let metadata = '@first 10:0! 11:0!';
    for (let deaths = 1; deaths < MAX_DEATHS; deaths += 1) {
      const { begin, end, store, text, log } = partition(metadata, { owner: `owner-${deaths}` });
      await store();
      void begin('10');
      await settled();
      await store();
      expect(log).toEqual(['begin 10']);
      metadata = text();
      expect(metadata).toBe(`@owner-${deaths} 10:${deaths}! 11:1`);
      // In reality the process has died here; the process of this test continues.
      await end('10');
    }
    const { begin, log, store } = partition(metadata);
    await store();
    await begin('10');
    expect(log).toEqual(['poison-message 10']);
  });

  it('are not counted as deaths when their owner is alive', async () => {
    const { starts, text } = partition('@alive 10:1! 11:0!', { ownerDied: false });
    expect(text()).toBe('@next 10:1');
    expect(starts.isSuspect('11')).toBe(false);
  });

  it('leave the notes once they are finished, as does the owner when it shuts down cleanly', () => {
    const { starts, text } = partition('@dead 3:2! 10:0!');
    expect(text()).toBe('@next 10:1');
    starts.end();
    expect(text()).toBe('10:1');
  });

  it('let another partition run its suspect event when an operator pauses this one before they are noted', async () => {
    const [paused, other] = [partition('@dead 10:0!'), partition('@dead 10:0!')];
    for (const { store } of [paused, other]) await store();
    void paused.begin('10');
    await settled();
    paused.starts.setHalted(true);
    await paused.store();
    expect(paused.log).toEqual(['attempt-held 10']);
    void other.begin('10');
    await other.store();
    expect(other.log).toEqual(['begin 10']);
    await other.end('10');
    paused.starts.setHalted(false);
    void paused.begin('10');
    await paused.store();
    expect(paused.log).toEqual(['attempt-held 10', 'begin 10']);
    await paused.end('10');
  });

  it('do not start when an operator pauses the partition before they are noted, and leave the notes again', async () => {
    const { starts, begin, log, text, store } = partition('@dead');
    await store();
    void begin('10');
    await settled();
    expect(text()).toBe('@next 10:0!');
    starts.setHalted(true);
    await store();
    expect(log).toEqual(['attempt-held 10']);
    expect(text()).toBe('@next');
  });

  it('do not start when the assignment ends before they are noted', async () => {
    const { starts, begin, log, text, store } = partition('@dead');
    await store();
    const ended = begin('10');
    await settled();
    starts.close();
    await ended;
    await begin('11');
    expect(log).toEqual(['assignment-over 10', 'assignment-over 11']);
    expect(text()).toBe('@next');
  });

  it('start when their own version of the notes is stored, not earlier', async () => {
    const { starts, begin, log, store } = partition('@dead');
    await store();
    expect(starts.notes.isStored).toBe(true);
    void begin('10');
    await settled();
    const { version } = starts.notes;
    void begin('11');
    await settled();
    expect(starts.notes.isStored).toBe(false);
    starts.stored(version, 10n);
    await settled();
    expect([log, starts.notes.isStored]).toEqual([['begin 10'], false]);
    // A commit that was overtaken confirms nothing.
    starts.stored(version, 10n);
    await settled();
    expect(log).toEqual(['begin 10']);
    await store();
    expect([log, starts.notes.isStored]).toEqual([['begin 10', 'begin 11'], true]);
  });

  it('that are suspect are noted even when no other event is in doubt', async () => {
    const { begin, end, log, store } = partition('@dead 10:0!');
    // The offset has reached the end of the doubtful events, but the suspect one has not run yet.
    await store(100n);
    void begin('11');
    await settled();
    expect(log).toEqual(['begin 11']);
    void begin('10');
    await settled();
    expect(log).toEqual(['begin 11']);
    await store(100n);
    expect(log).toEqual(['begin 11', 'begin 10']);
    await end('10');
  });

  it('can be closed while none waits', () => {
    const { starts } = partition('@dead');
    expect(() => starts.close()).not.toThrow();
  });
});
