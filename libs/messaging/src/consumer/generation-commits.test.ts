import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { randomOf } from '@groundwork/testing';
import { SimulatedCoordinator } from '../../test/simulated-coordinator.ts';
import { GenerationCommits } from './generation-commits.ts';

const OFFSETS = [{ topic: 'orders', partition: 0, offset: '7', metadata: '' }];

/** Creates commits whose requests end when the test resolves them. */
function commitsWith(limitMs = 10_000) {
  const sent: PromiseWithResolvers<void>[] = [];
  const cutOff: unknown[] = [];
  const commits = new GenerationCommits({
    groupId: 'shop',
    send: () => {
      sent.push(Promise.withResolvers());
      return sent.at(-1)!.promise;
    },
    cutOff: (reason) => cutOff.push((reason as { code?: unknown }).code),
    limitMs,
  });
  commits.beginGeneration();
  return { commits, sent, cutOff };
}

describe('the commits of a generation', () => {
  it('are sent while the generation lasts', async () => {
    const { commits, sent, cutOff } = commitsWith();
    const committed = commits.commit(commits.current, OFFSETS);
    await nextTurn();
    sent[0]?.resolve();
    await committed;
    expect([commits.beginGeneration(), cutOff]).toEqual([true, []]);
  });

  it('are rejected once the next generation has started, even in the same turn of the event loop', async () => {
    const { commits, sent } = commitsWith();
    const committed = commits.commit(commits.current, OFFSETS);
    commits.beginGeneration();
    await expect(committed).rejects.toMatchObject({ code: 'generation-over' });
    expect(sent).toEqual([]);
  });

  it('end the session when one is in flight at the start of the next generation, because the client could resend it', async () => {
    const { commits, sent, cutOff } = commitsWith();
    const committed = commits.commit(commits.current, OFFSETS);
    await nextTurn();
    expect(commits.beginGeneration()).toBe(false);
    expect(cutOff).toEqual(['generation-over']);
    sent[0]?.resolve();
    await committed;
  });

  it('end the session when one gets no answer, because it could arrive after a later one', async () => {
    const { commits, cutOff } = commitsWith(20);
    await expect(commits.commit(commits.current, OFFSETS)).rejects.toMatchObject({ code: 'timeout' });
    expect(cutOff).toEqual(['timeout']);
  });
});

describe('a simulated group', () => {
  const seeds = Array.from({ length: 60 }, (_, index) => index + 1);

  it.each(seeds)(
    'never moves an offset back, however rebalances and commits interleave (seed %i)',
    async (seed) => {
      const coordinator = new SimulatedCoordinator(randomOf(seed), { members: 3, partitions: 4 });
      for (let step = 0; step < 500; step += 1) await coordinator.step();
      coordinator.close();
      expect(coordinator.faults).toEqual([]);
      expect(coordinator.accepted).toBeGreaterThan(0);
    },
  );
});
