import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { type ClaimRequest, type PurgeJob, type PurgeStore, type Settlement } from '../edge/purge-store.ts';
import { type PurgeTarget } from '../edge/purge-target.ts';

const LEASE_MS = 60_000;
const DONE = { purges: 1, failures: 0, refusals: 0 };

const tag = (name: string, soft = false): PurgeTarget => ({ kind: 'tag', name, soft });
const namesOf = (jobs: readonly PurgeJob[]) => jobs.map(({ target }) => target.name);

/**
 * Tests the guarantees of every `PurgeStore`. Each adapter runs this suite; run it on your own adapter too.
 *
 * @param open opens a new, empty store with room for `maxJobs` jobs
 */
export function describePurgeStore(name: string, open: (maxJobs: number) => Promise<PurgeStore>): void {
  describe(`${name} as a purge store`, () => {
    let store: PurgeStore;
    beforeEach(async () => {
      store = await open(1_000);
    });
    afterEach(() => store.close());

    let tokens = 0;
    const claim = async (request: Partial<ClaimRequest> = {}) => {
      const token = request.token ?? `token-${(tokens += 1)}`;
      const claimed = await store.claim({ most: 1_000, leaseMs: LEASE_MS, ...request, token });
      return { ...claimed, token };
    };
    const finish = (token: string, targets: readonly PurgeTarget[]) =>
      store.settle(
        token,
        targets.map((target) => ({ target, next: undefined })),
      );

    it('returns stored targets of every kind to one worker', async () => {
      const targets: PurgeTarget[] = [
        tag('product:GW-0001'),
        tag('product:GW-0001', true),
        tag('two words: ä\n'),
        { kind: 'url', name: 'https://shop.example/a?b=c%20d', soft: false },
      ];
      await store.put(targets);
      const { jobs, token } = await claim();
      expect(jobs.map(({ target }) => target)).toEqual(expect.arrayContaining(targets));
      expect(jobs).toHaveLength(targets.length);
      for (const { purges, failures, refusals, ageMs } of jobs) {
        expect({ purges, failures, refusals }).toEqual({ purges: 0, failures: 0, refusals: 0 });
        expect(ageMs).toBeGreaterThanOrEqual(0);
        expect(ageMs).toBeLessThan(LEASE_MS);
      }
      expect((await claim()).jobs).toEqual([]);
      await finish(token, targets);
      expect(await store.size()).toBe(0);
    });

    it('gives each job to one of many workers that ask at the same time', async () => {
      await store.put(Array.from({ length: 100 }, (_, index) => tag(`shared-${index}`)));
      const claims = await Promise.all(Array.from({ length: 20 }, () => claim({ most: 7 })));
      const names = claims.flatMap(({ jobs }) => namesOf(jobs));
      expect(names).toHaveLength(100);
      expect(new Set(names).size).toBe(100);
    });

    it('merges equal targets', async () => {
      await store.put([tag('a'), tag('b')]);
      await store.put([tag('b'), tag('c')]);
      expect(await store.size()).toBe(3);
      expect(namesOf((await claim()).jobs).sort()).toEqual(['a', 'b', 'c']);
    });

    it('keeps the progress that a worker has stored, until the job is due again', async () => {
      await store.put([tag('again')]);
      const { token } = await claim();
      const next = { purges: 1, failures: 2, refusals: 1, dueInMs: 300 };
      const settledAt = performance.now();
      await store.settle(token, [{ target: tag('again'), next }]);
      const early = await claim();
      expect(early.jobs).toEqual([]);
      expect(early.nextDueInMs).toBeGreaterThan(0);
      expect(early.nextDueInMs).toBeLessThanOrEqual(300);
      const job = await eventually(async () => (await claim()).jobs[0], { every: 5 });
      expect(performance.now() - settledAt).toBeGreaterThanOrEqual(298);
      expect(job).toMatchObject({ target: tag('again'), purges: 1, failures: 2, refusals: 1 });
      expect(job.ageMs).toBeGreaterThanOrEqual(298);
    });

    it('returns the job that was due first', async () => {
      await store.put([tag('a'), tag('b')]);
      const { token } = await claim();
      const next = (dueInMs: number) => ({ ...DONE, dueInMs });
      await store.settle(token, [
        { target: tag('a'), next: next(10) },
        { target: tag('b'), next: next(0) },
      ]);
      const settledAt = performance.now();
      await eventually(() => performance.now() > settledAt + 12, { every: 5 });
      expect(namesOf((await claim({ most: 1 })).jobs)).toEqual(['b']);
    });

    it('says when the next job is due: now, or at the end of a lease', async () => {
      expect((await claim()).nextDueInMs).toBeUndefined();
      await store.put([tag('a'), tag('b')]);
      expect((await claim({ most: 1 })).nextDueInMs).toBe(0);
      const { jobs, nextDueInMs } = await claim();
      expect(jobs).toHaveLength(1);
      expect(nextDueInMs).toBeGreaterThan(LEASE_MS / 2);
      expect(nextDueInMs).toBeLessThanOrEqual(LEASE_MS);
    });

    it('gives a job to another worker when its lease has ended, and no earlier', async () => {
      await store.put([tag('lease')]);
      const claimedAt = performance.now();
      const dead = await claim({ leaseMs: 300 });
      const job = await eventually(async () => (await claim()).jobs[0], { every: 5 });
      expect(performance.now() - claimedAt).toBeGreaterThanOrEqual(298);
      expect(job.target).toEqual(tag('lease'));
      await finish(dead.token, [tag('lease')]);
      expect(await store.size()).toBe(1);
    });

    it('makes a target that is stored again due at once, and ignores the worker that had claimed it before', async () => {
      await store.put([tag('changed'), tag('unchanged')]);
      const before = await claim();
      await store.put([tag('changed')]);
      const after = await claim();
      expect(namesOf(after.jobs)).toEqual(['changed']);
      const next = { ...DONE, dueInMs: LEASE_MS };
      const settle = (target: PurgeTarget): Settlement => ({ target, next });
      await store.settle(before.token, [settle(tag('changed')), settle(tag('unchanged'))]);
      await store.put([tag('changed')]);
      expect((await claim()).jobs).toMatchObject([{ purges: 0 }]);
    });

    it('ignores the worker of a target that was stored again and is unclaimed', async () => {
      await store.put([tag('changed')]);
      const { token } = await claim();
      await store.put([tag('changed')]);
      await finish(token, [tag('changed')]);
      expect(namesOf((await claim()).jobs)).toEqual(['changed']);
    });

    it('starts the progress of a target that is stored again, but keeps its failures', async () => {
      await store.put([tag('failing')]);
      const { token } = await claim();
      const next = { purges: 1, failures: 5, refusals: 2, dueInMs: LEASE_MS };
      await store.settle(token, [{ target: tag('failing'), next }]);
      await store.put([tag('failing')]);
      const { jobs } = await claim();
      expect(jobs).toMatchObject([{ purges: 0, failures: 5, refusals: 2 }]);
      expect(jobs[0]!.ageMs).toBeLessThan(LEASE_MS);
    });

    it('may be settled twice, and for jobs that it does not have', async () => {
      await store.put([tag('twice')]);
      const { token } = await claim();
      const next = { ...DONE, dueInMs: 0 };
      await store.settle(token, [
        { target: tag('twice'), next },
        { target: tag('unknown'), next },
      ]);
      await store.settle(token, [{ target: tag('twice'), next: undefined }]);
      expect((await claim()).jobs).toMatchObject([{ target: tag('twice'), purges: 1 }]);
    });

    it('refuses more jobs than it has room for, and stores none of the call', async () => {
      const small = await open(2);
      await small.put([tag('a')]);
      await expect(small.put([tag('b'), tag('c')])).rejects.toMatchObject({
        ...{ code: 'cache-purge-queue-full', retryable: true },
        message: expect.stringContaining('its maximum of 2 jobs'),
      });
      expect(await small.size()).toBe(1);
      await small.put([tag('b')]);
      await small.put([tag('b'), tag('a')]);
      await small.close();
    });

    it('wakes the workers that wait', async () => {
      let woken = 0;
      const stop = store.onPut(() => (woken += 1));
      // A subscription may begin a little later than the call.
      await eventually(async () => {
        await store.put([tag('woken')]);
        return woken > 0;
      });
      stop();
    });

    it('rejects after it is closed, and can be closed twice', async () => {
      const closing = await open(10);
      await closing.close();
      await closing.close();
      for (const call of [
        () => closing.put([tag('a')]),
        () => closing.claim({ most: 1, leaseMs: 1, token: 'a' }),
        () => closing.settle('a', []),
        () => closing.size(),
      ])
        await expect(call()).rejects.toMatchObject({
          code: 'cache-purge-store-unavailable',
          retryable: true,
        });
    });
  });
}
