import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis, temporaryFolder } from '@groundwork/testing';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

describe('a change of the routes file', () => {
  let redis: Awaited<ReturnType<typeof startTestRedis>>;
  let folder: ReturnType<typeof temporaryFolder>;
  let file: string;
  let upstreams: TestUpstream[];
  let gateway: TestGateway;

  /** Replaces the file at once, as an orchestrator does. */
  const write = (text: string) => {
    writeFileSync(`${file}.next`, text);
    renameSync(`${file}.next`, file);
  };
  const routesTo = (index: number, { path = '/things', comment = '', extra = '' } = {}) => `# ${comment}
limits: { default: { capacity: 1000000, ratePerSecond: 100000 }, own-pages: { capacity: 100000, ratePerSecond: 10000 },
  probes: { capacity: 100000, ratePerSecond: 10000 } }
upstreams: { any: { urls: '${upstreams[index]!.url}' } }
routes: [{ requests: GET ${path}, upstream: any }]
${extra}`;
  const statusOf = async (path: string) => {
    const response = await fetch(`${gateway.url}${path}`);
    await response.arrayBuffer();
    return response.status;
  };
  const metric = async (name: string) =>
    (await (await fetch(`${gateway.url}/metrics`)).text()).split('\n').find((line) => line.startsWith(name));

  beforeEach(async () => {
    redis = await startTestRedis();
    folder = temporaryFolder('reload');
    file = join(folder.path, 'routes.yaml');
    upstreams = await Promise.all([startUpstream(), startUpstream()]);
    write(routesTo(0));
    gateway = await startGateway({
      redisUrl: redis.url,
      routesFile: file,
      environment: { ROUTES_RELOAD_MS: '20' },
    });
  });
  afterEach(async () => {
    await gateway.shutDown();
    await Promise.all(upstreams.map((upstream) => upstream.kill()));
    folder.remove();
    await redis.stop();
  });

  it('is used by later requests, and its version is a metric', async () => {
    const version = await metric('gateway_routes_info');
    expect(version).toMatch(/^gateway_routes_info\{version="[0-9a-f]{12}"\} 1$/);
    expect([await statusOf('/things'), await statusOf('/others')]).toEqual([200, 404]);
    write(routesTo(1, { path: '/others' }));
    await eventually(async () => (await statusOf('/others')) === 200);
    expect(await statusOf('/things')).toBe(404);
    expect(upstreams[1]!.requests.length).toBeGreaterThan(0);
    expect(await metric('gateway_routes_info')).not.toBe(version);
  });

  it('with a fault changes nothing, and the next good one is used', async () => {
    const version = await metric('gateway_routes_info');
    write(routesTo(0, { extra: 'nonsense: true' }));
    await eventually(
      async () => (await metric('gateway_routes_refused_total')) === 'gateway_routes_refused_total 1',
    );
    rmSync(file);
    await eventually(
      async () => (await metric('gateway_routes_refused_total')) === 'gateway_routes_refused_total 2',
    );
    expect(await metric('gateway_routes_info')).toBe(version);
    expect(await statusOf('/things')).toBe(200);
    write(routesTo(0, { path: '/others' }));
    await eventually(async () => (await statusOf('/others')) === 200);
  });

  it('fails no request: 100 changes under load, half of them with another upstream', async () => {
    let isOver = false;
    const statuses = new Map<number, number>();
    const client = async () => {
      while (!isOver) {
        const status = await statusOf('/things');
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    const clients = Array.from({ length: 8 }, client);
    let before = await metric('gateway_routes_info');
    for (let change = 1; change <= 100; change += 1) {
      write(routesTo(Math.floor(change / 2) % 2, { comment: `change ${change}` }));
      await eventually(async () => (await metric('gateway_routes_info')) !== before);
      before = await metric('gateway_routes_info');
    }
    isOver = true;
    await Promise.all(clients);
    expect([...statuses.keys()]).toEqual([200]);
    expect(statuses.get(200)).toBeGreaterThan(500);
    expect(upstreams.map(({ requests }) => requests.length > 100)).toEqual([true, true]);
  });

  it('leaves the connections of an upstream that has not changed open', async () => {
    expect(await statusOf('/things')).toBe(200);
    const socket = upstreams[0]!.requests[0]!.socket;
    write(routesTo(0, { path: '/others' }));
    await eventually(async () => (await statusOf('/others')) === 200);
    expect(socket.destroyed).toBe(false);
    expect(upstreams[0]!.requests.at(-1)!.socket).toBe(socket);
  });
});
