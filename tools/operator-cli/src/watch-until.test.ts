import { describe, expect, it } from '@jest/globals';
import { CliError, EXIT } from './cli.error.ts';
import { noteOnce, watchUntil } from './watch-until.ts';

const away = new CliError('platform-unreachable', EXIT.unreachable, 'It is away.', { retryable: true });

function watching(answers: readonly (number | Error)[], patienceMs?: number) {
  const [seen, notes]: [number[], string[]] = [[], []];
  let asked = 0;
  const found = watchUntil({
    read: async () => {
      const answer = answers[Math.min(asked++, answers.length - 1)] as number | Error;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    isOver: (number) => seen.push(number) > 0 && number === 3,
    tell: noteOnce({ note: (text) => notes.push(text) }),
    everyMs: 1,
    ...(patienceMs !== undefined && { patienceMs }),
  });
  return { found, seen, notes };
}

describe('watchUntil', () => {
  it('continues to the end, shows every step, and tolerates an unavailable platform, which it reports once', async () => {
    const { found, seen, notes } = watching([1, away, away, 2, away, 3]);
    expect(await found).toBe(3);
    expect(seen).toEqual([1, 2, 3]);
    expect(notes).toEqual(['  ! It is away.']);
  });

  it('gives up when the platform stays unavailable', async () => {
    const { found, seen } = watching([1, away], 20);
    await expect(found).rejects.toBe(away);
    expect(seen).toEqual([1]);
  });

  it('ends at once on an error that waiting cannot solve', async () => {
    const refused = new CliError('not-found', EXIT.refused, 'There is none.');
    await expect(watching([1, refused]).found).rejects.toBe(refused);
  });
});
