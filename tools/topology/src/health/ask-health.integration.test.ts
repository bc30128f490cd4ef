import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../test/eventually.ts';
import { testPlatform, type TestPlatform } from '../../test/platform.ts';

describe('the health checks of the file', () => {
  let platform: TestPlatform;

  afterEach(() => platform.remove());

  it.each([
    ['sends PING to Redis directly', 'image: redis, restart: always', '[CMD, redis-cli, -p, "6379", ping]'],
    [
      'runs a shell line',
      '<<: *stand-in',
      '[CMD-SHELL, "test -n \\"$$JOURNAL\\" && echo 127.0.0.1:80 | grep -v :80$$"]',
    ],
    ['runs a program with its environment', '<<: *stand-in', '[CMD, node, test/health.ts]'],
  ])('%s', async (_, keys, test) => {
    platform = testPlatform(`one: { ${keys}, healthcheck: { test: ${test} } }`);
    const topology = await platform.start();
    expect(topology.replicas('one')[0]?.health).toBe('healthy');
  });

  it('does not report a replica as healthy when its check fails', async () => {
    platform = testPlatform(
      `one: { <<: *stand-in, healthcheck: { test: [CMD, 'false'], interval: 1s, retries: 1 } }`,
    );
    const starting = platform.start().catch((error: unknown) => error);
    await eventually(() => platform.status('one')?.health === 'unhealthy');
    await platform.remove();
    expect(await starting).toMatchObject({ code: 'stopped' });
  });
});
