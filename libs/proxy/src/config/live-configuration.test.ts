import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { LiveConfiguration } from './live-configuration.ts';

describe('a live configuration', () => {
  let clock: VirtualClock;
  let text: string | Error;
  let changes: string[];
  let refused: string[];
  beforeEach(() => {
    [clock, text, changes, refused] = [new VirtualClock(), 'one', [], []];
  });

  const follow = (compile = async (given: string) => ({ given })) => {
    const live = new LiveConfiguration(
      'one',
      { given: 'one' },
      {
        read: async () => {
          if (text instanceof Error) throw text;
          return text;
        },
        compile: async (given) => {
          if (given.startsWith('bad')) throw new Error(`fault in ${given}`);
          return compile(given);
        },
        onChange: (current, previous) => changes.push(`${previous.given} → ${current.given}`),
        onRefused: (error) => refused.push((error as Error).message),
        everyMs: 1_000,
        clock,
      },
    );
    live.start();
    return live;
  };

  it('follows its text, and reports each change once', async () => {
    const live = follow();
    text = 'two';
    await clock.run(999);
    expect(live.current).toEqual({ given: 'one' });
    await clock.run(1);
    expect(live.current).toEqual({ given: 'two' });
    await clock.run(5_000);
    expect(changes).toEqual(['one → two']);
  });

  it('keeps the last good snapshot, reports a refused text once, and takes the next good one', async () => {
    const live = follow();
    text = 'bad';
    await clock.run(5_000);
    expect([live.current.given, refused]).toEqual(['one', ['fault in bad']]);
    text = 'bad again';
    await clock.run(1_000);
    text = 'two';
    await clock.run(1_000);
    expect([live.current.given, refused]).toEqual(['two', ['fault in bad', 'fault in bad again']]);
  });

  it('compiles a refused text again when it comes back after a good one', async () => {
    follow();
    for (const each of ['bad', 'two', 'bad']) {
      text = each;
      await clock.run(1_000);
    }
    expect(refused).toEqual(['fault in bad', 'fault in bad']);
  });

  it('keeps its snapshot while the text cannot be read, and reports that once', async () => {
    const live = follow();
    text = new Error('no such file');
    await clock.run(5_000);
    text = 'one';
    await clock.run(1_000);
    text = new Error('no such file');
    await clock.run(1_000);
    expect([live.current.given, refused, changes]).toEqual(['one', ['no such file', 'no such file'], []]);
  });

  it('changes its snapshot only when the next one is ready, one change at a time', async () => {
    const gate = Promise.withResolvers<void>();
    let compiled = 0;
    const live = follow(async (given) => {
      compiled += 1;
      await gate.promise;
      return { given };
    });
    text = 'two';
    const looks = [live.look(), live.look()];
    await clock.run(3_000);
    expect([live.current.given, compiled]).toEqual(['one', 1]);
    gate.resolve();
    await Promise.all(looks);
    expect(live.current.given).toBe('two');
  });

  it('stops following when it is closed', async () => {
    const live = follow();
    await live.close();
    text = 'two';
    await clock.run(5_000);
    expect([live.current.given, clock.timers]).toEqual(['one', 0]);
  });
});
