import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { testPlatform, type TestPlatform } from '../../test/platform.ts';
import { type RunningTopology } from '../engine/running-topology.ts';
import { identityOf, type ProcessIdentity } from '../state/process-start-time.ts';
import { addOnRequest } from './add-on-request.ts';
import { addToRunning } from './add-to-running.ts';

describe('`npm run up` with a running platform', () => {
  let platform: TestPlatform;
  let topology: RunningTopology;
  const self = identityOf(process.pid) as ProcessIdentity;

  beforeEach(async () => {
    platform = testPlatform('back: { <<: *stand-in }\nlater: { <<: *stand-in, profiles: [more] }');
    topology = await platform.start();
    addOnRequest(platform.stateDir, topology);
  });

  afterEach(() => platform.remove());

  it('asks its runner to start the missing services, once', async () => {
    await addToRunning(platform.stateDir, self, ['more']);
    expect(topology.replicas('later')[0]).toMatchObject({ phase: 'running', health: 'healthy' });
    await addToRunning(platform.stateDir, self, ['more']);
    expect(platform.journal()).toEqual(['starts back', 'starts later']);
  });

  it('reports why a request fails, and that a runner has died', async () => {
    await expect(addToRunning(platform.stateDir, self, ['less'])).rejects.toThrow(
      'there is no profile less; there are more',
    );
    const dead = { ...self, startedAt: 'long ago' };
    await expect(addToRunning(platform.stateDir, dead, ['more'])).rejects.toThrow('has already ended');
    expect(platform.journal()).toEqual(['starts back']);
  });
});
