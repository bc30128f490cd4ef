import { eventually } from '@groundwork/testing';

const BACK_WITHIN_MS = 60_000;

/** Returns the start time of each gateway's process. A crashed process is soon replaced; only its start time shows this. */
export function startTimes(gateways: readonly string[]): Promise<readonly string[]> {
  return Promise.all(
    gateways.map((gateway) => eventually(() => startTime(gateway), { within: BACK_WITHIN_MS, every: 250 })),
  );
}

async function startTime(gateway: string): Promise<string | undefined> {
  const metrics = await (await fetch(`${gateway}/metrics`)).text();
  return /^process_start_time_seconds (\S+)$/m.exec(metrics)?.[1];
}
