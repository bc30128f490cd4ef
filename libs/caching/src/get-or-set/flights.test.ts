import { describe, expect, it } from '@jest/globals';
import { Flights } from './flights.ts';

describe('Flights', () => {
  const start = () => {
    const flights = new Flights<{ landing: Promise<string> }>();
    const join = (landing: Promise<string>, accepts = true) =>
      flights.join(
        'k',
        () => accepts,
        () => ({ landing }),
      );
    return { join };
  };

  it('joins a load that the caller accepts, and starts a new one after it has finished', async () => {
    const { join } = start();
    const gate = Promise.withResolvers<string>();
    const first = join(gate.promise);
    const second = join(Promise.resolve('of its own'));
    gate.resolve('landed');
    expect([first.joined, second.joined, second.flight]).toEqual([false, true, first.flight]);
    expect(await second.flight.landing).toBe('landed');
    const next = join(Promise.resolve('next'));
    expect([next.joined, await next.flight.landing]).toEqual([false, 'next']);
  });

  it('keeps a newer load of the key when an older one finishes', async () => {
    const { join } = start();
    const [old, fresh] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    join(old.promise);
    const late = join(fresh.promise, false);
    old.resolve('old');
    await old.promise;
    const joining = join(Promise.resolve('a third'));
    expect([late.joined, joining.joined, joining.flight]).toEqual([false, true, late.flight]);
  });

  it('starts a new load after one has failed', async () => {
    const { join } = start();
    const failing = join(Promise.reject(new Error('down')));
    await expect(failing.flight.landing).rejects.toThrow('down');
    expect(await join(Promise.resolve('up')).flight.landing).toBe('up');
  });

  it('says when the load of a key has ended, also if it fails, and at once without one', async () => {
    const flights = new Flights<{ landing: Promise<string> }>();
    const launch = (landing: Promise<string>) =>
      flights.join(
        'k',
        () => false,
        () => ({ landing }),
      );
    await flights.ended('k');
    for (const end of ['resolve', 'reject'] as const) {
      const gate = Promise.withResolvers<string>();
      launch(gate.promise);
      let hasEnded = false;
      const ended = flights.ended('k').then(() => (hasEnded = true));
      await new Promise((wake) => setImmediate(wake));
      expect(hasEnded).toBe(false);
      gate[end]('landed');
      await ended;
    }
  });
});
