import { type Consumer } from '@groundwork/contracts';
import { duration } from '@groundwork/operator-cli';

/** `event-processor: lag 1200, 40 a second less, about 30 s left`; estimated from the change since the watching started. */
export function lagProgress({ group, lag }: Consumer, firstLag: bigint, elapsedMs: number): string {
  const left = BigInt(lag);
  const now = `${group}: lag ${lag}`;
  if (left === firstLag || elapsedMs <= 0) return now;
  const perSecond = (Number(firstLag - left) * 1_000) / elapsedMs;
  if (perSecond < 0) return `${now}, ${rate(-perSecond)} a second more`;
  return `${now}, ${rate(perSecond)} a second less, about ${duration((Number(left) / perSecond) * 1_000)} left`;
}

function rate(perSecond: number): string {
  return perSecond < 10 ? perSecond.toFixed(1) : `${Math.round(perSecond)}`;
}
