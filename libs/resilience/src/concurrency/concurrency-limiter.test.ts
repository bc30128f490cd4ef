import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Observation } from './concurrency-limit.ts';
import { ConcurrencyLimiter } from './concurrency-limiter.ts';

describe('a concurrency limiter', () => {
  let nowMs: number;
  let observed: { observation: Observation; nowMs: number }[];
  let limit: { current: number; observe(observation: Observation, nowMs: number): void };
  let limiter: ConcurrencyLimiter;

  beforeEach(() => {
    nowMs = 100;
    observed = [];
    limit = { current: 2, observe: (observation, at) => observed.push({ observation, nowMs: at }) };
    limiter = new ConcurrencyLimiter(limit, { now: () => nowMs });
  });

  it('starts calls up to the limit, and refuses more', () => {
    const [first, second] = [limiter.tryStart(), limiter.tryStart()];
    expect([limiter.tryStart(), limiter.inFlight, limiter.limit]).toEqual([undefined, 2, 2]);
    first?.end('succeeded');
    expect(limiter.inFlight).toBe(1);
    limit.current = 1;
    expect(limiter.tryStart()).toBeUndefined();
    second?.end('succeeded');
    expect(limiter.tryStart()).toBeDefined();
  });

  it('observes how long each call took, and how many were in flight when it started', () => {
    const [first, second] = [limiter.tryStart(), limiter.tryStart()];
    nowMs = 130;
    second?.end('succeeded');
    nowMs = 150;
    first?.end('dropped');
    expect(observed).toEqual([
      { observation: { durationMs: 30, inFlight: 2, wasDropped: false }, nowMs: 130 },
      { observation: { durationMs: 50, inFlight: 1, wasDropped: true }, nowMs: 150 },
    ]);
  });

  it('learns nothing from a call that is ignored, and counts the end of a call once', () => {
    const call = limiter.tryStart();
    call?.end('ignored');
    call?.end('succeeded');
    expect([observed, limiter.inFlight]).toEqual([[], 0]);
  });

  it('runs calls, and passes on their results and errors', async () => {
    expect(await limiter.run(() => Promise.resolve('answer'))).toBe('answer');
    const failure = new Error('not found');
    await expect(limiter.run(() => Promise.reject(failure))).rejects.toBe(failure);
    expect([observed.length, limiter.inFlight]).toEqual([1, 0]);
  });

  it('takes a timeout for an overload, and any other error only if it is told to', async () => {
    const timeout = Object.assign(new Error('too slow'), { name: 'TimeoutError' });
    await expect(limiter.run(() => Promise.reject(timeout))).rejects.toBe(timeout);
    await expect(limiter.run(() => Promise.reject(new Error('503')))).rejects.toThrow();
    await expect(
      limiter.run(
        () => Promise.reject(new Error('503')),
        () => 'dropped',
      ),
    ).rejects.toThrow();
    await expect(limiter.run(() => Promise.reject(undefined as unknown as Error))).rejects.toBeUndefined();
    expect(observed.map(({ observation }) => observation.wasDropped)).toEqual([true, true]);
  });

  it('counts a call as ended even if its error cannot be judged', async () => {
    const broken = () => {
      throw new TypeError('not an answer');
    };
    await expect(limiter.run(() => Promise.reject(new Error('no')), broken)).rejects.toThrow('not an answer');
    expect([limiter.inFlight, observed]).toEqual([0, []]);
  });

  it('does not run a call above the limit', async () => {
    limit.current = 1;
    limiter.tryStart();
    let ran = false;
    await expect(limiter.run(async () => void (ran = true))).rejects.toMatchObject({
      name: 'ConcurrencyLimitReached',
      code: 'concurrency-limit-reached',
      retryable: true,
    });
    expect([ran, limiter.inFlight]).toEqual([false, 1]);
  });
});
