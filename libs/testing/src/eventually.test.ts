import { describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('waits while the check throws or returns false or undefined', async () => {
    const answers = [() => undefined, () => false, () => Promise.reject(new Error('not yet')), () => 'done'];
    expect(await eventually(() => answers.shift()?.())).toBe('done');
    expect(answers).toEqual([]);
  });

  it('accepts 0 and the empty string as answers', async () => {
    expect(await eventually(() => 0)).toBe(0);
    expect(await eventually(() => '')).toBe('');
  });

  it('rejects with the error of the last attempt', async () => {
    let attempt = 0;
    const check = () => {
      attempt += 1;
      throw new Error(`attempt ${attempt}`);
    };
    const failure = await eventually(check, { within: 60 }).catch((error: unknown) => error);
    expect(attempt).toBeGreaterThan(1);
    expect(failure).toEqual(new Error(`attempt ${attempt}`));
  });

  it('rejects with the last value', async () => {
    await expect(eventually(() => false, { within: 40 })).rejects.toThrow(
      'did not come true within 40 ms; last seen: false',
    );
  });
});
