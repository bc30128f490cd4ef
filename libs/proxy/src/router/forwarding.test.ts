import { describe, expect, it } from '@jest/globals';
import { scriptedCluster } from '../../test/scripted-cluster.ts';
import { type Behaviour, respond } from '../../test/scripted-transport.ts';
import { DEFAULT_RETRIES } from './retry-policy.ts';

const RESET: Behaviour = { kind: 'reset', afterMs: 1 };
const REFUSE: Behaviour = { kind: 'refuse' };
const HANG: Behaviour = { kind: 'hang' };
const POST = { method: 'POST' };
const POST_WITH_KEY = { method: 'POST', headers: { 'idempotency-key': 'k' } };
const IDEMPOTENT = { retries: { ...DEFAULT_RETRIES, repeat: 'idempotent' as const } };

/** Behaves in one way for the first request of all endpoints, and in another for the others. */
function first(behaviour: Behaviour, then: Behaviour = respond()) {
  let requests = 0;
  return () => ((requests += 1) === 1 ? behaviour : then);
}

describe('a request to a cluster', () => {
  it('is sent once when the endpoint responds', async () => {
    const { send, outcomeOf, started } = await scriptedCluster({ a: respond });
    expect(await outcomeOf(send())).toMatchObject({ status: 200, isTruncated: false });
    expect(started()).toEqual({ a: 1 });
  });

  it.each<[string, Behaviour, object, object, number]>([
    ['refused a POST', REFUSE, POST, {}, 200],
    ['reset a GET', RESET, {}, {}, 200],
    ['reset an OPTIONS', RESET, { method: 'OPTIONS' }, {}, 200],
    ['reset a POST', RESET, POST, {}, 502],
    ['reset a POST with an Idempotency-Key, without that policy', RESET, POST_WITH_KEY, {}, 502],
    ['reset a POST with an Idempotency-Key', RESET, POST_WITH_KEY, IDEMPOTENT, 200],
    [
      'reset a GET, with the policy "none"',
      RESET,
      {},
      { retries: { ...DEFAULT_RETRIES, repeat: 'none' } },
      502,
    ],
    ['let a GET time out', HANG, {}, { perTryTimeoutMs: 50 }, 200],
    ['let a POST time out', HANG, POST, { perTryTimeoutMs: 50 }, 504],
    [
      'answered a GET with 503',
      respond(503),
      {},
      { retries: { ...DEFAULT_RETRIES, onStatus: new Set([503]) } },
      200,
    ],
    ['answered a GET with 503, which is not retried', respond(503), {}, {}, 503],
    [
      'answered a POST with 503',
      respond(503),
      POST,
      { retries: { ...DEFAULT_RETRIES, onStatus: new Set([503]) } },
      503,
    ],
  ])(
    'goes to another endpoint, or not, when the first %s',
    async (_what, behaviour, request, settings, status) => {
      const behave = first(behaviour);
      const { send, outcomeOf, started } = await scriptedCluster({ a: behave, b: behave });
      const { status: given, problem } = await outcomeOf(send(request, settings));
      expect(given ?? problem?.status).toBe(status);
      const attempts = Object.values(started());
      expect(attempts.sort()).toEqual(status === 200 ? [1, 1] : [0, 1]);
    },
  );

  it('gets a 413 at once when its declared length is too large, and no endpoint sees it', async () => {
    const { send, outcomeOf, started } = await scriptedCluster({ a: respond });
    const upload = { method: 'PUT', headers: { 'content-length': '2000' } };
    // Small enough to be held, and larger than the route allows.
    for (const maxHeldBytes of [100, 5_000])
      expect(await outcomeOf(send(upload, { maxBodyBytes: 1_999, maxHeldBytes }))).toMatchObject({
        problem: { status: 413, code: 'payload-too-large' },
      });
    expect(started()).toEqual({ a: 0 });
  });

  it('is tried at most three times, each time at another endpoint', async () => {
    const { send, outcomeOf, started } = await scriptedCluster({
      a: () => RESET,
      b: () => RESET,
      c: () => RESET,
      d: () => RESET,
    });
    expect(await outcomeOf(send())).toMatchObject({ problem: { status: 502, code: 'bad-gateway' } });
    expect(Object.values(started()).sort()).toEqual([0, 1, 1, 1]);
  });

  it('goes to an unhealthy endpoint when the healthy one refuses it: all others may be better than none', async () => {
    const { send, outcomeOf, cluster, named } = await scriptedCluster({ a: () => REFUSE, b: respond });
    for (let index = 0; index < 5; index += 1) cluster.failed(named('b'));
    expect(cluster.isHealthy(named('b'))).toBe(false);
    expect(await outcomeOf(send(POST))).toMatchObject({ status: 200 });
  });

  it('waits before it goes to the only endpoint again', async () => {
    const { send, outcomeOf, started } = await scriptedCluster({ a: first(RESET) });
    expect(await outcomeOf(send())).toMatchObject({ status: 200 });
    expect(started()).toEqual({ a: 2 });
  });

  it('fails at once while no endpoint accepts connections', async () => {
    const { send, outcomeOf } = await scriptedCluster({ a: () => REFUSE });
    expect(await outcomeOf(send())).toMatchObject({ problem: { status: 502 } });
    const { problem, tookMs } = await outcomeOf(send());
    expect(problem).toMatchObject({ status: 503, code: 'unavailable', headers: { 'retry-after': '1' } });
    expect(tookMs).toBeLessThan(5);
  });

  it('forwards the last of several responses that are retried', async () => {
    const retries = { ...DEFAULT_RETRIES, onStatus: new Set([503]) };
    const { send, outcomeOf, started } = await scriptedCluster({
      a: () => respond(503),
      b: () => respond(503),
    });
    expect(await outcomeOf(send({}, { retries }))).toMatchObject({ status: 503 });
    expect(started()).toEqual({ a: 1, b: 1 });
  });

  it('is never sent again after the response has begun: the client can detect the truncation', async () => {
    const { send, outcomeOf, started } = await scriptedCluster({
      a: () => ({ kind: 'truncate' }),
      b: () => ({ kind: 'truncate' }),
    });
    expect(await outcomeOf(send())).toMatchObject({ status: 200, isTruncated: true });
    expect(Object.values(started()).sort()).toEqual([0, 1]);
  });

  it('gets a 504 after its time limit, over all attempts, and its attempts are cancelled', async () => {
    const { send, outcomeOf, cancelled } = await scriptedCluster({ a: () => HANG, b: () => HANG });
    const settings = { timeoutMs: 140, perTryTimeoutMs: 50 };
    expect(await outcomeOf(send({}, settings))).toMatchObject({
      problem: { status: 504, code: 'upstream-timeout' },
      tookMs: 140,
    });
    expect(cancelled()).toBe(3);
  });

  it('cancels its attempt when the client disconnects', async () => {
    const { send, clock, cancelled, cluster } = await scriptedCluster({ a: () => HANG });
    const { leave } = send();
    await clock.run(5);
    leave();
    expect(cancelled()).toBe(1);
    expect(cluster.inFlight).toBe(0);
  });

  it('leaves an endpoint that hangs', async () => {
    const { send, outcomeOf, network, address } = await scriptedCluster({ a: () => HANG, b: respond });
    network.silent.add(address('a').origin);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => outcomeOf(send())));
    expect(outcomes.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(1_500);
  });

  describe('with hedging', () => {
    it('goes to a second endpoint when the first is slow, and the first response wins', async () => {
      const behave = first(respond(200, 500), respond(201, 20));
      const { send, outcomeOf, started, cancelled } = await scriptedCluster({ a: behave, b: behave });
      expect(await outcomeOf(send({}, { hedgeAfterMs: 100 }))).toMatchObject({ status: 201, tookMs: 120 });
      expect(started()).toEqual({ a: 1, b: 1 });
      expect(cancelled()).toBe(1);
    });

    it('keeps the first attempt when the second fails', async () => {
      const behave = first(respond(200, 500), RESET);
      const { send, outcomeOf } = await scriptedCluster({ a: behave, b: behave });
      expect(await outcomeOf(send({}, { hedgeAfterMs: 100 }))).toMatchObject({ status: 200, tookMs: 500 });
    });

    it('never streams a body to two endpoints', async () => {
      const slow = () => respond(200, 500);
      const { send, outcomeOf, started } = await scriptedCluster({ a: slow, b: slow });
      const upload = { method: 'PUT', headers: { 'transfer-encoding': 'chunked' } };
      expect(await outcomeOf(send(upload, { hedgeAfterMs: 100 }))).toMatchObject({ status: 200 });
      expect(Object.values(started()).sort()).toEqual([0, 1]);
    });

    it('never sends a request twice that may not be repeated', async () => {
      const { send, outcomeOf, started } = await scriptedCluster({
        a: () => respond(200, 500),
        b: () => respond(200, 500),
      });
      await outcomeOf(send(POST, { hedgeAfterMs: 100 }));
      expect(Object.values(started()).sort()).toEqual([0, 1]);
    });
  });
});

describe('the retries of many requests', () => {
  it('add at most a fifth to the load when every endpoint fails, also after a healthy time', async () => {
    const behaviours = { a: () => respond(), b: () => respond(), c: () => respond() };
    const { send, clock, transports } = await scriptedCluster(behaviours, {
      outliers: { maxEjectedShare: 0 },
    });
    const started = () => [...transports.values()].reduce((sum, each) => sum + each.started, 0);
    const load = async (requests: number) => {
      const before = started();
      for (let request = 1; request <= requests; request += 1) {
        send();
        await clock.run(5);
        expect(started() - before - request).toBeLessThanOrEqual(Math.max(10, 0.2 * request + 1));
      }
    };
    await load(2_000);
    for (const name of ['a', 'b', 'c'] as const) behaviours[name] = () => RESET;
    await load(2_000);
  });

  it('all succeed when one of two endpoints crashes with many requests in flight', async () => {
    const behaviours: Record<string, () => Behaviour> = {
      a: () => ({ kind: 'reset', afterMs: 50 }),
      b: respond,
    };
    const { send, outcomeOf } = await scriptedCluster(behaviours);
    const requests = Array.from({ length: 200 }, () => send());
    behaviours.a = () => REFUSE;
    const outcomes = await Promise.all(requests.map((request) => outcomeOf(request)));
    expect(outcomes.filter(({ status }) => status !== 200)).toEqual([]);
  });
});
