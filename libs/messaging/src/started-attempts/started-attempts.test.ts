import { describe, expect, it } from '@jest/globals';
import { decodeNotes } from './attempt-notes.ts';
import { StartedAttempts } from './started-attempts.ts';

const MAX_DEATHS = 3;
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A partition from its offset 10 to 100, whose notes are stored when the test says so. */
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

describe('the attempts that were begun', () => {
  it('are not noted where the owner before has ended in order, once the new one is known', async () => {
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

  it('are noted before they are begun where the owner before has died, up to the end of the partition then', async () => {
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

  it('need no notes any more once everything in doubt is done', async () => {
    const { begin, log, store } = partition('@dead');
    await store(100n);
    void begin('10');
    expect(log).toEqual(['begin 10']);
  });

  it('are suspect when the owner died during them, and begun alone, whatever partition they are of', async () => {
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

  it('count deaths from owner to owner, and are given up after so many', async () => {
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
      // Its process has died by now; the one of this test goes on.
      await end('10');
    }
    const { begin, log, store } = partition(metadata);
    await store();
    await begin('10');
    expect(log).toEqual(['poison-message 10']);
  });

  it('are not counted where their owner is alive', async () => {
    const { starts, text } = partition('@alive 10:1! 11:0!', { ownerDied: false });
    expect(text()).toBe('@next 10:1');
    expect(starts.isSuspect('11')).toBe(false);
  });

  it('are forgotten with what is done, and when their owner ends in order', () => {
    const { starts, text } = partition('@dead 3:2! 10:0!');
    expect(text()).toBe('@next 10:1');
    starts.end();
    expect(text()).toBe('10:1');
  });

  it('give their turn to others when an operator has paused the partition before they are noted', async () => {
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

  it('do not begin when an operator has paused the partition before they are noted, and are not taken for begun', async () => {
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

  it('do not begin when the assignment ends before they are noted', async () => {
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
});
