import { beforeEach, describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@groundwork/testing';
import { HealthChecker, type HealthCheckOptions } from './health-checker.ts';
import { UnansweredRequests } from './unanswered-requests.ts';

describe('the health check of an endpoint', () => {
  let clock: VirtualClock;
  let endpoint: { readonly unanswered: UnansweredRequests };
  let probes: number;
  let isAnswering: boolean;
  let notices: string[];
  beforeEach(() => {
    clock = new VirtualClock();
    endpoint = { unanswered: new UnansweredRequests() };
    [probes, isAnswering, notices] = [0, false, []];
  });

  const check = (options: HealthCheckOptions = {}) => {
    const checker = new HealthChecker<typeof endpoint>(
      async () => {
        probes += 1;
        return isAnswering;
      },
      { clock, ...options },
    );
    const lookAfter = async (ms: number) => {
      clock.advance(ms);
      await checker.look([endpoint]);
    };
    return { checker, lookAfter };
  };
  const send = (name: string) => {
    const request = { endpointHangs: () => void notices.push(name) };
    endpoint.unanswered.sent(request, clock.monotonicMs());
    return request;
  };

  it('probes an endpoint that is silent for a second while a request waits', async () => {
    const { checker, lookAfter } = check();
    send('a');
    await lookAfter(999);
    expect(probes).toBe(0);
    await lookAfter(1);
    expect(probes).toBe(1);
    expect(checker.isUnhealthy(endpoint)).toBe(true);
    expect(notices).toEqual(['a']);
  });

  it('counts the silence from the last response, to a request or a probe', async () => {
    const { checker, lookAfter } = check();
    send('a');
    clock.advance(900);
    endpoint.unanswered.responded(clock.monotonicMs());
    isAnswering = true;
    await lookAfter(999);
    expect(probes).toBe(0);
    await lookAfter(1);
    await lookAfter(999);
    expect(probes).toBe(1);
    await lookAfter(1);
    expect(probes).toBe(2);
    expect(checker.isUnhealthy(endpoint)).toBe(false);
    expect(notices).toEqual([]);
  });

  it('does not probe an endpoint without waiting requests', async () => {
    const { lookAfter } = check();
    endpoint.unanswered.ended(send('a'));
    await lookAfter(5_000);
    expect(probes).toBe(0);
  });

  it('probes an unhealthy endpoint until it answers, and tells each waiting request after each failed probe', async () => {
    const { checker, lookAfter } = check();
    const first = send('a');
    await lookAfter(1_000);
    endpoint.unanswered.ended(first);
    send('b');
    await lookAfter(200);
    isAnswering = true;
    await lookAfter(200);
    await lookAfter(200);
    expect([probes, notices]).toEqual([3, ['a', 'b']]);
    expect(checker.isUnhealthy(endpoint)).toBe(false);
  });

  it('makes an endpoint healthy again when it responds to a request', async () => {
    const { checker, lookAfter } = check();
    send('a');
    await lookAfter(1_000);
    checker.responded(endpoint);
    expect(checker.isUnhealthy(endpoint)).toBe(false);
  });

  it('probes one endpoint once at a time', async () => {
    const gate = Promise.withResolvers<boolean>();
    let started = 0;
    const checker = new HealthChecker<typeof endpoint>(() => ((started += 1), gate.promise), { clock });
    send('a');
    clock.advance(1_000);
    const looks = [checker.look([endpoint]), checker.look([endpoint])];
    expect(started).toBe(1);
    gate.resolve(false);
    await Promise.all(looks);
    await checker.look([endpoint]);
    expect(started).toBe(2);
  });

  describe('with an interval', () => {
    const regular = { intervalMs: 1_000, unhealthyAfter: 2, healthyAfter: 3 };

    it('needs several failed checks in a row, and several good ones after that', async () => {
      const { checker, lookAfter } = check(regular);
      const states: boolean[] = [];
      for (const answers of [false, true, false, false, true, true, false, true, true, true]) {
        isAnswering = answers;
        await lookAfter(1_000);
        states.push(checker.isUnhealthy(endpoint));
      }
      expect(states).toEqual([false, false, false, true, true, true, true, true, true, false]);
    });

    it('checks at once, then no sooner than the interval, and ignores responses: a service may be unready', async () => {
      const { checker, lookAfter } = check({ intervalMs: 1_000, unhealthyAfter: 1 });
      await lookAfter(0);
      checker.responded(endpoint);
      expect([probes, checker.isUnhealthy(endpoint)]).toEqual([1, true]);
      isAnswering = true;
      await lookAfter(1);
      expect([probes, checker.isUnhealthy(endpoint)]).toEqual([2, false]);
      await lookAfter(999);
      expect(probes).toBe(2);
      await lookAfter(1);
      expect(probes).toBe(3);
    });
  });
});
