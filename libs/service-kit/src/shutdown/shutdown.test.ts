import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.ts';
import { Shutdown } from './shutdown.ts';

const silent = createLogger({ service: 'test', level: 'silent' });

describe('shutdown', () => {
  it('runs the phases in order, independent of the order of registration', async () => {
    const shutdown = new Shutdown(silent);
    const ran: string[] = [];
    for (const phase of ['close-pools', 'flush', 'drain-consumers', 'stop-accepting'] as const) {
      shutdown.on(phase, phase, async () => {
        await Promise.resolve();
        ran.push(phase);
      });
    }
    expect(await shutdown.run()).toBe(true);
    expect(ran).toEqual(['stop-accepting', 'drain-consumers', 'flush', 'close-pools']);
  });

  it('continues after a failed step and reports that it was not clean', async () => {
    const shutdown = new Shutdown(silent);
    let poolsClosed = false;
    shutdown.on('flush', 'failing', () => Promise.reject(new Error('broken')));
    shutdown.on('close-pools', 'pool', () => {
      poolsClosed = true;
      return Promise.resolve();
    });
    expect(await shutdown.run()).toBe(false);
    expect(poolsClosed).toBe(true);
  });

  it('runs every step once, however often it is called', async () => {
    const shutdown = new Shutdown(silent);
    let runs = 0;
    shutdown.on('flush', 'counted', () => {
      runs += 1;
      return Promise.resolve();
    });
    await Promise.all([shutdown.run(), shutdown.run()]);
    await shutdown.run();
    expect(runs).toBe(1);
  });
});
