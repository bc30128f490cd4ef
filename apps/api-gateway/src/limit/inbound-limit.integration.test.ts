import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, startTestRedis } from '@groundwork/testing';
import { startGateway, type TestGateway } from '../../test/start-gateway.ts';
import { startUpstream, type TestUpstream } from '../../test/start-upstream.ts';

let redis: Awaited<ReturnType<typeof startTestRedis>>;
let upstream: TestUpstream;
let gateways: TestGateway[] = [];

const LIMITS = {
  low: { capacity: 10, ratePerSecond: 0.01 },
  late: { capacity: 10, ratePerSecond: 0.1 },
  steady: { capacity: 20, ratePerSecond: 50 },
  share: { capacity: 20, ratePerSecond: 0.01 },
  open: { capacity: 1, ratePerSecond: 0.01, whenStoreFails: 'open' },
  wide: { capacity: 100, ratePerSecond: 0.01 },
  narrow: { capacity: 10, ratePerSecond: 0.01 },
  trial: { capacity: 4, ratePerSecond: 0.01, shadow: true },
  closed: { capacity: 1_000, ratePerSecond: 1_000, whenStoreFails: 'closed' },
};
const routeOf = (name: string, limit: string | readonly string[]) => ({
  ...{ method: 'GET', path: `/${name}`, upstream: 'any', limit },
});
const ROUTES = [
  ...Object.keys(LIMITS).map((limit) => routeOf(limit, limit)),
  routeOf('both', ['wide', 'narrow', 'trial']),
];

beforeAll(async () => {
  redis = await startTestRedis();
  upstream = await startUpstream();
  gateways = await Promise.all(
    [0, 1].map(() =>
      startGateway({
        redisUrl: redis.url,
        upstreams: { any: upstream.url },
        limits: LIMITS,
        defaults: { limit: 'low' },
        routes: ROUTES,
        // The test checks exactness, so the deadline is long: a busy machine must not turn a decision into a failure.
        environment: { LIMIT_STORE_TIMEOUT_MS: '1000', GATEWAY_PROCESSES: '2' },
      }),
    ),
  );
  await Promise.all(gateways.map((gateway) => limitStoreIs('ok', gateway)));
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.shutDown()));
  await upstream.kill();
  await redis.stop();
});
afterEach(() => void upstream.requests.splice(0));

async function limitStoreIs(status: string, gateway: TestGateway): Promise<void> {
  await eventually(async () => {
    const report = (await (await fetch(`${gateway.url}/health/ready`)).json()) as {
      checks: Record<string, { status: string }>;
    };
    return report.checks['limit store']?.status === status;
  });
}

async function statusOf(path: string, index: number): Promise<number> {
  const response = await fetch(`${gateways[index % 2]!.url}${path}`);
  await response.text();
  return response.status;
}

describe('the inbound limit', () => {
  it('admits exactly its capacity over two gateways', async () => {
    const statuses = await Promise.all(Array.from({ length: 60 }, (_, index) => statusOf('/low', index)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(50);
    expect(upstream.requests).toHaveLength(10);
  });

  it('counts a request under all limits of its route or under none, over two gateways; a shadow limit only reports', async () => {
    const responses = await Promise.all(
      Array.from({ length: 30 }, (_, index) => fetch(`${gateways[index % 2]!.url}/both`)),
    );
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(10);
    const fields = responses
      .filter(({ status }) => status === 200)
      .map(({ headers }) => headers.get('ratelimit'));
    const remaining = fields.map((field) =>
      /^"wide";r=(\d+);t=\d+, "narrow";r=(\d+);t=\d+$/.exec(field ?? '')?.slice(1),
    );
    const expected = Array.from({ length: 10 }, (_, taken) => [String(99 - taken), String(9 - taken)]);
    expect(remaining.sort((one, other) => Number(other?.[0]) - Number(one?.[0]))).toEqual(expected);
    const metrics = await Promise.all(
      gateways.map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    const denials = metrics.map(
      (text) => /gateway_shadow_denials_total\{policy="trial"\} (\d+)/.exec(text)?.[1] ?? '0',
    );
    expect(denials.reduce((sum, count) => sum + Number(count), 0)).toBeGreaterThanOrEqual(6);
  });

  it('admits at most capacity + rate · t over two gateways', async () => {
    const startedAt = performance.now();
    let admitted = 0;
    const lane = async (index: number) => {
      while (admitted < 65) if ((await statusOf('/steady', index)) === 200) admitted += 1;
    };
    await Promise.all([0, 1, 2, 3].map(lane));
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(admitted).toBeLessThanOrEqual(20 + 50 * seconds);
  });

  it('reports the remaining requests, and on refusal a Retry-After of at least 1 second', async () => {
    const policy = '"steady";q=20;w=1';
    const first = await eventually(async () => {
      const response = await fetch(`${gateways[0]!.url}/steady`);
      return response.status === 200 && response;
    });
    expect(first.headers.get('ratelimit-policy')).toBe(policy);
    expect(first.headers.get('ratelimit')).toMatch(/^"steady";r=\d+;t=1$/);
    expect(first.headers.get('retry-after')).toBeNull();

    const refused = await fetch(`${gateways[0]!.url}/low`);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('ratelimit')).toMatch(/^"low";r=0;t=\d+$/);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(await refused.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      ...{ code: 'rate-limited', status: 429, retryable: true, 'violated-policies': ['low'] },
    });
  });

  it('counts by the address of the connection and ignores X-Forwarded-For', async () => {
    for (let index = 0; index < 5; index += 1) {
      const headers = { 'x-forwarded-for': `198.51.100.${index}`, forwarded: `for=198.51.100.${index}` };
      expect((await fetch(`${gateways[0]!.url}/low`, { headers })).status).toBe(429);
    }
  });

  it('applies the policy while Redis is down (local share, open, or 503), then counts jointly again', async () => {
    await redis.kill();
    const shares = await Promise.all(Array.from({ length: 60 }, (_, index) => statusOf('/share', index)));
    expect(shares.filter((status) => status === 200)).toHaveLength(20);
    for (let index = 0; index < 6; index += 1) expect(await statusOf('/open', index)).toBe(200);
    const closed = await fetch(`${gateways[0]!.url}/closed`);
    expect(closed.status).toBe(503);
    expect(closed.headers.get('retry-after')).toBe('1');
    expect(await closed.json()).toMatchObject({ code: 'unavailable' });
    const ready = await fetch(`${gateways[0]!.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'degraded' });

    await redis.restart();
    await eventually(
      async () => (await statusOf('/closed', 0)) === 200 && (await statusOf('/closed', 1)) === 200,
    );
    // Redis restarts empty: both gateways share one full capacity, and remember which clients they had refused.
    const again = await Promise.all(Array.from({ length: 60 }, (_, index) => statusOf('/late', index)));
    expect(again.filter((status) => status === 200)).toHaveLength(10);
    expect([await statusOf('/low', 0), await statusOf('/low', 1)]).toEqual([429, 429]);
  });
});
