import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer } from 'node:http';
import { Client } from 'pg';
import { testPlatform, type TestPlatform } from '../../test/platform.ts';
import { eventually } from '../../test/eventually.ts';
import { freePort } from '../index.ts';
import { identityOf, stillRuns } from '../state/process-start-time.ts';

describe('the native engine', () => {
  let platform: TestPlatform;

  afterEach(() => platform.remove());

  it('starts a service after its dependencies are ready, and stops it before them', async () => {
    platform = testPlatform(`
front: { <<: *stand-in, environment: { <<: *environment, STOPS_AFTER_MS: '200' }, depends_on: { back: { condition: service_healthy } } }
back: { <<: *stand-in, environment: { <<: *environment, SLOW_MS: '300' }, depends_on: { migrate: { condition: service_completed_successfully } } }
migrate: { <<: *job }`);
    const topology = await platform.start();
    await topology.down();
    expect(platform.journal()).toEqual([
      'starts migrate',
      'ends migrate',
      'starts back',
      'starts front',
      'stops front',
      'stops back',
    ]);
  });

  it('gives each replica its own address, and passes all addresses to other services', async () => {
    platform = testPlatform(`
back: { <<: *stand-in, scale: 2 }
front: { <<: *stand-in, environment: { <<: *environment, BACK_URL: 'http://back:80' } }`);
    const topology = await platform.start();
    const urls = [topology.url('back', 1), topology.url('back', 2)];
    expect(new Set(urls).size).toBe(2);
    const seen = await Promise.all(urls.map(environmentAt));
    expect(seen.map(({ INSTANCE_ID }) => INSTANCE_ID)).toEqual(['back-1', 'back-2']);
    expect((await environmentAt(topology.url('front')))['BACK_URL']).toBe(urls.join(','));
  });

  it('adds the services of a profile as part of the topology, at the addresses that other services received before', async () => {
    platform = testPlatform(`
front: { <<: *stand-in, environment: { <<: *environment, LATER_URL: 'http://later:80' } }
later: { <<: *stand-in, profiles: [more], depends_on: { migrate: { condition: service_completed_successfully } } }
migrate: { <<: *job, profiles: [more] }`);
    const topology = await platform.start();
    expect(topology.statuses.map(({ service }) => service)).toEqual(['front']);
    const { LATER_URL: given = '' } = await environmentAt(topology.url('front'));
    await expect(fetch(given)).rejects.toThrow();
    expect(await topology.add(['more'])).toEqual(['later', 'migrate']);
    expect((await environmentAt(given))['INSTANCE_ID']).toBe('later');
    expect(await topology.add(['more'])).toEqual([]);
    await topology.down();
    expect(platform.journal().slice(-2).sort()).toEqual(['stops front', 'stops later']);
    const again = await platform.start({ profiles: ['more'] });
    expect(again.statuses.map(({ service }) => service)).toContain('later');
  });

  it('removes services that could not be added, without an effect on the others', async () => {
    platform = testPlatform(`
back: { <<: *stand-in }
broken: { <<: *stand-in, profiles: [more], environment: { <<: *environment, EXIT_CODE: '3' } }`);
    const topology = await platform.start();
    await expect(topology.add(['more'])).rejects.toThrow(/broken does not come up[^]*broken gives up/);
    expect(topology.statuses.map(({ name, phase }) => [name, phase])).toEqual([['back', 'running']]);
  });

  it('retries a job until it succeeds', async () => {
    platform = testPlatform(
      `migrate: { <<: *job, environment: { <<: *job-environment, FAILS_FIRST: 'yes' } }`,
    );
    const topology = await platform.start();
    expect(platform.journal()).toEqual(['starts migrate', 'starts migrate', 'ends migrate']);
    expect(topology.replicas('migrate')[0]).toMatchObject({ phase: 'completed', restarts: 1 });
  });

  it('restarts a dead service on the same address, according to its policy', async () => {
    platform = testPlatform('back: { <<: *stand-in }');
    const topology = await platform.start();
    const before = topology.replicas('back')[0];
    await topology.kill('back', 1, 'SIGKILL', { restart: true });
    await topology.waitHealthy('back');
    expect(topology.replicas('back')[0]).toMatchObject({
      phase: 'running',
      restarts: 1,
      lastEnd: 'was ended by SIGKILL',
    });
    expect(topology.replicas('back')[0]?.pid).not.toBe(before?.pid);
    expect((await environmentAt(topology.url('back')))['INSTANCE_ID']).toBe('back');
  });

  it('keeps a killed or stopped service down until it is started', async () => {
    platform = testPlatform('back: { <<: *stand-in, scale: 2 }');
    const topology = await platform.start();
    await topology.kill('back', 1);
    await topology.stop('back', 2);
    expect(topology.replicas('back').map(({ phase, pid }) => [phase, pid])).toEqual([
      ['stopped', undefined],
      ['stopped', undefined],
    ]);
    await topology.start('back');
    await topology.waitHealthy('back');
    expect(platform.journal().filter((line) => line.startsWith('starts'))).toHaveLength(4);
  });

  it('reports unhealthy when the health check of the file fails, and healthy when it passes again', async () => {
    platform = testPlatform('back: { <<: *stand-in }');
    const topology = await platform.start();
    await topology.kill('back', 1, 'SIGSTOP');
    await eventually(() => topology.replicas('back')[0]?.health === 'unhealthy');
    await topology.kill('back', 1, 'SIGCONT');
    await topology.waitHealthy('back');
  });

  it('gives up on a service that keeps dying, shows the end of its log, and stops the others', async () => {
    platform = testPlatform(`
back: { <<: *stand-in }
broken: { <<: *stand-in, environment: { <<: *environment, EXIT_CODE: '3' }, depends_on: [back] }`);
    await expect(platform.start()).rejects.toThrow(
      /broken does not come up: ended with status 3\n[^]*broken gives up/,
    );
    expect(platform.journal().at(-1)).toBe('stops back');
  });

  it('names the port that is in use and the variable that changes it', async () => {
    platform = testPlatform("back: { <<: *stand-in, ports: ['127.0.0.1:${BACK_PORT:-1}:80'] }");
    const port = await freePort();
    const squatter = createServer().listen(port, '127.0.0.1');
    await eventually(() => squatter.listening);
    const environment = { BACK_PORT: String(port) };
    await expect(platform.start({ freePorts: false, environment })).rejects.toThrow(
      `${port} of back (set BACK_PORT)`,
    );
    squatter.close();
  });

  it('rejects an image that it cannot run, before anything starts', async () => {
    platform = testPlatform("back: { <<: *stand-in }\nweb: { image: 'nginx:1' }");
    await expect(platform.start()).rejects.toThrow(
      'services.web: the native engine cannot run the image nginx:1',
    );
    expect(platform.journal()).toEqual(['']);
  });

  it('rejects a second runner on the same state', async () => {
    platform = testPlatform('back: { <<: *stand-in }');
    const topology = await platform.start();
    await expect(platform.start()).rejects.toThrow(`already runs (process ${process.pid})`);
    await topology.down();
    await platform.start();
  });

  it('keeps the data of its volumes between two runs', async () => {
    platform = testPlatform(`
database:
  image: postgres:17
  environment: { POSTGRES_USER: me, POSTGRES_PASSWORD: mine, POSTGRES_DB: shop }
  volumes: ['data:/var/lib/postgresql/data']
  ports: ['5432:5432']
  command: [postgres, -c, max_connections=7]
  healthcheck: { test: [CMD-SHELL, 'pg_isready -p 5432 -U $$POSTGRES_USER -d $$POSTGRES_DB'] }`);
    const first = await platform.start();
    expect(await query(first.database('database'), 'show max_connections')).toEqual([
      { max_connections: '7' },
    ]);
    await query(first.database('database'), 'create table kept as select 1 as n');
    await first.down();
    const second = await platform.start();
    expect(await query(second.database('database'), 'select n from kept')).toEqual([{ n: 1 }]);
  });

  it('stops every process that it started', async () => {
    platform = testPlatform('cache: { image: redis }\nback: { <<: *stand-in, scale: 2 }');
    const topology = await platform.start();
    const processes = topology.statuses.map(({ pid }) => identityOf(pid ?? 0));
    expect(processes).not.toContain(undefined);
    await topology.down();
    expect(processes.filter((one) => one !== undefined && stillRuns(one))).toEqual([]);
  });
});

async function environmentAt(url: string): Promise<Record<string, string>> {
  return (await (await fetch(url)).json()) as Record<string, string>;
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
