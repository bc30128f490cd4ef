import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HangWatch } from './hang-watch.ts';
import { Replica } from './replica.ts';

describe('a replica that may hang', () => {
  let now: number;
  let replica: Replica;
  let probes: number;
  let answersProbes: boolean;
  let watch: HangWatch;
  let notices: string[];

  beforeEach(() => {
    [now, probes, answersProbes, notices] = [10_000, 0, false, []];
    replica = new Replica({ origin: 'http://127.0.0.1:1', host: 'orders:3000', connectTimeoutMs: 100 });
    watch = new HangWatch(
      async () => {
        probes += 1;
        return answersProbes;
      },
      () => now,
    );
  });
  afterEach(() => replica.close());

  const send = (name: string) => {
    const request = { replicaHangs: () => void notices.push(name) };
    replica.sent(request, now);
    return request;
  };
  const lookAfter = async (milliseconds: number) => {
    now += milliseconds;
    await watch.look([replica]);
  };

  it('is probed after a second without an answer, and counts as hung when the probe fails', async () => {
    send('a');
    await lookAfter(999);
    expect(probes).toBe(0);
    await lookAfter(1);
    expect(probes).toBe(1);
    expect(replica.isHung).toBe(true);
    expect(notices).toEqual(['a']);
  });

  it('counts as slow when it answers the probe, and is probed again a second later', async () => {
    answersProbes = true;
    send('slow');
    await lookAfter(1_000);
    await lookAfter(999);
    expect(probes).toBe(1);
    await lookAfter(1);
    expect(probes).toBe(2);
    expect(replica.isHung).toBe(false);
    expect(notices).toEqual([]);
  });

  it('is not suspected while it answers other requests successfully', async () => {
    send('slow');
    for (let second = 0; second < 5; second += 1) {
      replica.responded(200, now + 500);
      await lookAfter(1_000);
    }
    expect(probes).toBe(0);
    replica.responded(500, now + 500);
    await lookAfter(1_000);
    expect(probes).toBe(1);
  });

  it('is not suspected when no request waits', async () => {
    replica.answered(send('done'));
    await lookAfter(60_000);
    expect(probes).toBe(0);
  });

  it('is probed, and its requests are notified, until it answers', async () => {
    send('a');
    await lookAfter(1_000);
    await lookAfter(1);
    expect(notices).toEqual(['a', 'a']);
    answersProbes = true;
    await lookAfter(1);
    expect(replica.isHung).toBe(false);
    await lookAfter(1);
    expect(probes).toBe(3);
  });
});
