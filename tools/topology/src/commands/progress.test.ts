import { describe, expect, it } from '@jest/globals';
import { type ReplicaStatus } from '../engine/replica-state.ts';
import { waitLine } from './progress.ts';

describe('the line about what a start waits for', () => {
  it('names the services that are starting, and counts the ready ones', () => {
    const statuses = [
      replica({ service: 'redis', phase: 'running', health: 'healthy' }),
      replica({ service: 'kafka', phase: 'running', health: 'starting' }),
      replica({ service: 'migrate', phase: 'running', isJob: true }),
      replica({ service: 'orders', phase: 'waiting' }),
      replica({ service: 'orders', phase: 'waiting' }),
    ];
    expect(waitLine(statuses)).toBe('  … 1 of 4 services are ready; waiting for kafka, migrate');
  });

  it('names the build when everything else that could start is ready', () => {
    const statuses = [
      replica({ service: 'redis', phase: 'running', health: 'healthy' }),
      replica({ service: 'orders', phase: 'waiting' }),
    ];
    expect(waitLine(statuses)).toBe('  … 1 of 2 services are ready; waiting for the build of the apps');
  });

  it('says nothing when all services are ready, or when the platform stops', () => {
    const ready = replica({ service: 'redis', phase: 'running', health: 'healthy' });
    const done = replica({ service: 'migrate', phase: 'completed', isJob: true });
    expect(waitLine([ready, done])).toBeUndefined();
    expect(waitLine([ready, replica({ service: 'kafka', phase: 'stopped' })])).toBeUndefined();
  });
});

function replica(differences: Partial<ReplicaStatus>): ReplicaStatus {
  return {
    service: 'redis',
    replica: 1,
    name: 'redis-1',
    isJob: false,
    phase: 'waiting',
    health: 'none',
    pid: undefined,
    restarts: 0,
    lastEnd: undefined,
    logFile: 'redis.log',
    ...differences,
  };
}
