import { describe, expect, it } from '@jest/globals';
import { HealthRegistry } from './health-registry.ts';

describe('readiness', () => {
  it('is lost only when a critical check fails', async () => {
    const health = new HealthRegistry();
    health.readiness('database', () => Promise.resolve());
    health.readiness('cache', () => Promise.reject(new Error('refused')), { critical: false });
    expect(await health.ready()).toEqual({
      status: 'degraded',
      checks: { database: { status: 'ok' }, cache: { status: 'failed', error: 'refused' } },
    });
    health.readiness('database', () => Promise.reject(new Error('gone')));
    expect((await health.ready()).status).toBe('unavailable');
  });

  it('includes the detail of a successful check', async () => {
    const health = new HealthRegistry();
    health.readiness('mover', () => Promise.resolve('standing by'));
    expect(await health.ready()).toEqual({
      status: 'ok',
      checks: { mover: { status: 'ok', detail: 'standing by' } },
    });
  });

  it('counts a hanging check as failed after 2 s', async () => {
    const health = new HealthRegistry();
    health.readiness('hung', () => new Promise(() => undefined));
    expect((await health.ready()).checks['hung']).toEqual({
      status: 'failed',
      error: 'no answer within 2000 ms',
    });
  });
});
