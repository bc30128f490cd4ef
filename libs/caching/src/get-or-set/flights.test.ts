import { describe, expect, it } from '@jest/globals';
import { Flights } from './flights.ts';

describe('Flights', () => {
  it('joins a load while it is current, and starts a new one after it has finished', async () => {
    const flights = new Flights<string>();
    const gate = Promise.withResolvers<string>();
    const first = flights.join(
      'k',
      () => true,
      () => gate.promise,
    );
    const second = flights.join(
      'k',
      () => true,
      () => Promise.resolve('of its own'),
    );
    gate.resolve('landed');
    expect(await first).toEqual({ landing: 'landed', joined: false });
    expect(await second).toEqual({ landing: 'landed', joined: true });
    expect(
      await flights.join(
        'k',
        () => true,
        () => Promise.resolve('next'),
      ),
    ).toEqual({
      landing: 'next',
      joined: false,
    });
  });

  it('keeps a newer load of the key when an older one finishes', async () => {
    const flights = new Flights<string>();
    const [old, fresh] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    let isCurrent = true;
    const early = flights.join(
      'k',
      () => isCurrent,
      () => old.promise,
    );
    isCurrent = false;
    const late = flights.join(
      'k',
      () => true,
      () => fresh.promise,
    );
    old.resolve('old');
    expect((await early).landing).toBe('old');
    const joining = flights.join(
      'k',
      () => true,
      () => Promise.resolve('a third'),
    );
    fresh.resolve('new');
    expect(await joining).toEqual({ landing: 'new', joined: true });
    expect((await late).landing).toBe('new');
  });

  it('starts a new load after one has failed', async () => {
    const flights = new Flights<string>();
    const failing = flights.join(
      'k',
      () => true,
      () => Promise.reject(new Error('down')),
    );
    await expect(failing).rejects.toThrow('down');
    expect(
      (
        await flights.join(
          'k',
          () => true,
          () => Promise.resolve('up'),
        )
      ).landing,
    ).toBe('up');
  });
});
