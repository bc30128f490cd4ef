import { afterEach, describe, expect, it } from '@jest/globals';
import { eventually } from '@groundwork/testing';
import { type Origin } from './resolve-origins.ts';
import { resolveOrigins } from './resolve-origins.ts';
import { Upstream } from './upstream.ts';

const origin = (port: number): Origin => ({ origin: `http://127.0.0.1:${port}`, host: 'orders:3000' });

describe('an upstream', () => {
  const open: Upstream[] = [];
  afterEach(() => Promise.all(open.splice(0).map((upstream) => upstream.close())));

  async function upstreamOf(origins: () => Origin[], resolveEveryMs = 60_000): Promise<Upstream> {
    const upstream = new Upstream({
      name: 'orders',
      urls: [new URL('http://orders:3000')],
      connectTimeoutMs: 100,
      healthPath: '/health/live',
      resolve: async () => origins(),
      resolveEveryMs,
    });
    open.push(upstream);
    await upstream.start();
    return upstream;
  }

  it('picks the less busy of two random replicas, and never the busiest of three', async () => {
    const upstream = await upstreamOf(() => [origin(1), origin(2), origin(3)]);
    const [idle, busy, busiest] = upstream.replicas;
    Object.assign(busy!, { inFlight: 5 });
    Object.assign(busiest!, { inFlight: 9 });
    const picked = new Map([idle, busy, busiest].map((replica) => [replica, 0]));
    for (let pick = 0; pick < 600; pick += 1) {
      const replica = upstream.pick(new Set())!;
      picked.set(replica, picked.get(replica)! + 1);
    }
    expect(picked.get(busiest)).toBe(0);
    expect(picked.get(idle)).toBeGreaterThan(picked.get(busy)!);
    expect(picked.get(busy)).toBeGreaterThan(0);
  });

  it('spreads requests over equally busy replicas', async () => {
    const upstream = await upstreamOf(() => [origin(1), origin(2), origin(3), origin(4)]);
    for (let pick = 0; pick < 400; pick += 1) upstream.pick(new Set())!.inFlight += 1;
    for (const { inFlight } of upstream.replicas) expect(inFlight).toBeGreaterThanOrEqual(95);
  });

  it('sets aside a replica that refused a connection, longer after each consecutive refusal, until it answers', async () => {
    const upstream = await upstreamOf(() => [origin(1)]);
    const replica = upstream.replicas[0]!;
    const now = performance.now();
    replica.refused(now);
    expect(upstream.pick(new Set())).toBeUndefined();
    expect(replica.isAside(now + 249)).toBe(true);
    expect(replica.isAside(now + 250)).toBe(false);
    replica.refused(now);
    expect(replica.isAside(now + 499)).toBe(true);
    for (let times = 0; times < 20; times += 1) replica.refused(now);
    expect(replica.isAside(now + 5_000)).toBe(false);
    replica.responded(503, now);
    expect(upstream.pick(new Set())).toBeUndefined();
    replica.responded(200, now);
    expect(upstream.pick(new Set())).toBe(replica);
  });

  it('picks a replica that hangs only if there is no other', async () => {
    const upstream = await upstreamOf(() => [origin(1), origin(2)]);
    const [hung, sound] = upstream.replicas;
    hung!.probed(false, 0);
    for (let pick = 0; pick < 50; pick += 1) expect(upstream.pick(new Set([sound!]))).toBe(sound);
    expect(upstream.hasSoundOther(new Set([sound!]))).toBe(false);
    expect(upstream.hasSoundOther(new Set([hung!]))).toBe(true);
    sound!.refused(performance.now());
    expect(upstream.pick(new Set())).toBe(hung);
  });

  it('gives a replica at most twice as many requests as it has connections, and half as many uploads as connections', async () => {
    const upstream = await upstreamOf(() => [origin(1)]);
    const replica = upstream.replicas[0]!;
    Object.assign(replica, { inFlight: 511, uploads: 127 });
    expect(upstream.pick(new Set(), true)).toBe(replica);
    Object.assign(replica, { uploads: 128 });
    expect(upstream.pick(new Set(), true)).toBeUndefined();
    expect(upstream.pick(new Set())).toBe(replica);
    Object.assign(replica, { inFlight: 512 });
    expect(upstream.pick(new Set())).toBeUndefined();
  });

  it('prefers an untried replica to one that was tried', async () => {
    const upstream = await upstreamOf(() => [origin(1), origin(2)]);
    const [one, other] = upstream.replicas;
    for (let pick = 0; pick < 50; pick += 1) expect(upstream.pick(new Set([one!]))).toBe(other);
    expect([one, other]).toContain(upstream.pick(new Set([one!, other!])));
  });

  it('follows its name to new addresses and keeps the replicas whose address remains', async () => {
    let origins = [origin(1), origin(2)];
    const upstream = await upstreamOf(() => origins, 10);
    const stays = upstream.replicas[1];
    origins = [origin(2), origin(3)];
    await eventually(() => upstream.replicas.some((replica) => replica.origin === origin(3).origin));
    expect(upstream.replicas.map((replica) => replica.origin)).toEqual([origin(2).origin, origin(3).origin]);
    expect(upstream.replicas).toContain(stays);
  });

  it('keeps the known addresses while its name cannot be resolved, and can start without any', async () => {
    let fails = true;
    const resolve = () => {
      if (fails) throw new Error('no name server');
      return [origin(1)];
    };
    const upstream = await upstreamOf(resolve, 10);
    expect(upstream.pick(new Set())).toBeUndefined();
    fails = false;
    await eventually(() => upstream.pick(new Set()));
    fails = true;
    const known = upstream.replicas;
    await eventually(() => upstream.replicas !== known);
    expect(upstream.replicas).toEqual(known);
  });
});

describe('the addresses behind a URL', () => {
  it('are the address itself, under its own Host', async () => {
    expect(await resolveOrigins(new URL('http://127.0.0.1:3000'))).toEqual([
      { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' },
    ]);
    expect(await resolveOrigins(new URL('http://[::1]:3000'))).toEqual([
      { origin: 'http://[::1]:3000', host: '[::1]:3000' },
    ]);
  });

  it('are all addresses of a name, under the Host of the name', async () => {
    const origins = await resolveOrigins(new URL('http://localhost:3000'));
    expect(origins).toContainEqual({ origin: 'http://127.0.0.1:3000', host: 'localhost:3000' });
  });

  it('cannot be resolved for a name that does not exist', async () => {
    await expect(resolveOrigins(new URL('http://nowhere.invalid'))).rejects.toThrow('ENOTFOUND');
  });
});
