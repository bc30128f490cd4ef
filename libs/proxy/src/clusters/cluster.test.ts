import { describe, expect, it } from '@jest/globals';
import { openCluster } from '../../test/open-cluster.ts';
import { type Cluster } from './cluster.ts';
import { type Endpoint } from './endpoint.ts';

const NONE: ReadonlySet<Endpoint> = new Set();
const pickOften = (cluster: Cluster, times = 200) =>
  new Set(Array.from({ length: times }, () => cluster.pick({ except: NONE })?.origin));
const origins = (...names: string[]) => new Set(names.map((name) => `http://${name}:3000`));

describe('a cluster', () => {
  it('sends no requests to an endpoint that refuses connections, longer after each failure in a row', async () => {
    const { cluster, clock, named } = await openCluster(['a', 'b']);
    const a = named('a');
    const asideFor = async () => {
      const startedAt = clock.monotonicMs();
      cluster.refused(a);
      cluster.refused(a);
      while (!pickOften(cluster).has(a.origin)) await clock.run(50);
      return clock.monotonicMs() - startedAt;
    };
    const lengths = [];
    for (let index = 0; index < 7; index += 1) lengths.push(await asideFor());
    expect(lengths).toEqual([250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    cluster.responded(a, 200, 1);
    expect(await asideFor()).toBe(250);
  });

  it('has no endpoint for a request while all refuse connections', async () => {
    const { cluster, named } = await openCluster(['a']);
    cluster.refused(named('a'));
    expect(cluster.pick({ except: NONE })).toBeUndefined();
    expect(cluster.isUp).toBe(false);
  });

  it('sends no requests to an endpoint that hangs, until it answers', async () => {
    const { cluster, clock, network, named } = await openCluster(['a', 'b']);
    const hung: string[] = [];
    network.silent.add(named('a').origin);
    named('a').unanswered.sent({ endpointHangs: () => void hung.push('a') }, clock.monotonicMs());
    await clock.run(1_400);
    expect(pickOften(cluster)).toEqual(origins('b'));
    expect(cluster.hasHealthyOther(new Set([named('b')]))).toBe(false);
    expect(hung.length).toBeGreaterThan(0);
    network.silent.clear();
    await clock.run(400);
    expect(pickOften(cluster)).toEqual(origins('a', 'b'));
  });

  it('uses unhealthy endpoints only if there is no other', async () => {
    const { cluster, clock, network, named } = await openCluster(['a', 'b']);
    for (const name of ['a', 'b']) {
      network.silent.add(named(name).origin);
      named(name).unanswered.sent({ endpointHangs: () => undefined }, clock.monotonicMs());
    }
    await clock.run(1_400);
    expect(cluster.isUp).toBe(false);
    expect(pickOften(cluster)).toEqual(origins('a', 'b'));
  });

  it('sends requests to all when too few are healthy: the healthy ones would be overloaded', async () => {
    const { cluster, clock, network, named } = await openCluster(['a', 'b', 'c', 'd'], { panicShare: 0.25 });
    const hang = async (name: string) => {
      network.silent.add(named(name).origin);
      named(name).unanswered.sent({ endpointHangs: () => undefined }, clock.monotonicMs());
      await clock.run(1_400);
    };
    await hang('a');
    await hang('b');
    expect(pickOften(cluster)).toEqual(origins('c', 'd'));
    await hang('c');
    expect(pickOften(cluster)).toEqual(origins('a', 'b', 'c', 'd'));
  });

  it('ejects an endpoint that answers every request with an error', async () => {
    const { cluster, clock, named } = await openCluster(['a', 'b']);
    for (let index = 0; index < 5; index += 1) cluster.responded(named('a'), 500, 1);
    expect(pickOften(cluster)).toEqual(origins('b'));
    await clock.run(5_000);
    expect(pickOften(cluster)).toEqual(origins('a', 'b'));
  });

  it('ejects an endpoint that is slow beside the others within its next look', async () => {
    const { cluster, clock, named } = await openCluster(['a', 'b']);
    for (let index = 0; index < 10; index += 1) {
      cluster.responded(named('a'), 200, 900);
      cluster.responded(named('b'), 200, 5);
    }
    await clock.run(200);
    expect(pickOften(cluster)).toEqual(origins('b'));
  });

  it('picks an endpoint that was tried already only if there is no other', async () => {
    const { cluster, named } = await openCluster(['a', 'b']);
    expect(cluster.pick({ except: new Set([named('a')]) })).toBe(named('b'));
    expect(cluster.pick({ except: new Set([named('a'), named('b')]) })).toBeDefined();
    expect(cluster.hasHealthyOther(new Set([named('a')]))).toBe(true);
    expect(cluster.hasHealthyOther(new Set([named('a'), named('b')]))).toBe(false);
  });

  it('bounds the requests and the uploads of an endpoint', async () => {
    const { cluster, named } = await openCluster(['a'], { connections: 4, pending: 2 });
    Object.assign(named('a'), { inFlight: 5, uploads: 2 });
    expect(cluster.pick({ except: NONE })).toBe(named('a'));
    expect(cluster.pick({ except: NONE, isUpload: true })).toBeUndefined();
    Object.assign(named('a'), { inFlight: 6, uploads: 0 });
    expect(cluster.pick({ except: NONE })).toBeUndefined();
  });

  it('is exhausted when all connections have been in use for a second', async () => {
    const { cluster, clock, named } = await openCluster(['a', 'b'], { connections: 4 });
    for (const name of ['a', 'b']) named(name).inFlight = 4;
    await clock.run(1_100);
    expect(cluster.isExhausted).toBe(false);
    await clock.run(200);
    expect(cluster.isExhausted).toBe(true);
    named('b').inFlight = 3;
    await clock.run(200);
    expect(cluster.isExhausted).toBe(false);
  });

  it('follows the addresses of its name, and keeps endpoints that remain', async () => {
    const { cluster, clock, network, named } = await openCluster(['a', 'b']);
    const kept = named('b');
    network.names = ['b', 'c'];
    await clock.run(2_000);
    expect(pickOften(cluster)).toEqual(origins('b', 'c'));
    expect(named('b')).toBe(kept);
    expect(network.transports.get('http://a:3000')?.isClosing).toBe(true);
  });

  it('keeps its addresses while the name cannot be resolved, reports that, and resolves it again', async () => {
    const failures: unknown[] = [];
    const onResolveFailure = (url: URL, error: unknown) => failures.push([url.host, error]);
    const { cluster, clock, network } = await openCluster(['a'], { onResolveFailure });
    network.resolveError = new Error('no answer');
    await clock.run(2_000);
    expect(failures).toEqual([['orders:3000', network.resolveError]]);
    expect(pickOften(cluster)).toEqual(origins('a'));
    [network.resolveError, network.names] = [undefined, ['b']];
    await clock.run(2_000);
    expect(pickOften(cluster)).toEqual(origins('b'));
  });

  it('warms up an endpoint that joins, and not those of the start', async () => {
    const { clock, network, named } = await openCluster(['a'], { slowStartMs: 10_000 });
    expect(named('a').weight).toBe(1);
    network.names = ['a', 'b'];
    await clock.run(2_000);
    expect([named('a').weight, named('b').weight]).toEqual([1, 0.1]);
    await clock.run(5_000);
    expect(named('b').weight).toBeCloseTo(0.5, 1);
    await clock.run(5_400);
    expect(named('b').weight).toBe(1);
  });

  it('ends the requests of a removed endpoint after the time for draining', async () => {
    const { clock, network } = await openCluster(['a', 'b'], { drainMs: 30_000 });
    network.names = ['b'];
    await clock.run(2_000);
    const transport = network.transports.get('http://a:3000');
    await clock.run(29_000);
    expect(transport).toMatchObject({ isClosing: true, isDestroyed: false });
    await clock.run(1_000);
    expect(transport?.isDestroyed).toBe(true);
  });

  it('closes when the requests in flight have ended, and leaves no timer', async () => {
    const { cluster, clock, network } = await openCluster(['a', 'b']);
    let isClosed = false;
    const closing = cluster.close().then(() => (isClosed = true));
    await clock.run(1_000);
    expect(isClosed).toBe(false);
    for (const transport of network.transports.values()) transport.end();
    await closing;
    await clock.run(0);
    expect(clock.timers).toBe(0);
    expect(cluster.pick({ except: NONE })).toBeUndefined();
  });
});
