import { setTimeout as delay } from 'node:timers/promises';
import { type Limiter } from './limiters.ts';

/**
 * Returns how many requests a limit of 100 a second admits within 300 ms around the border of its first window: a client sends
 * one request, and 200 in two bursts before and after the end of that second.
 */
export async function burstOf({ allows }: Limiter): Promise<number> {
  await allows('client');
  await delay(850);
  const before = await admitted(allows, 100);
  await delay(200);
  return before + (await admitted(allows, 100));
}

async function admitted(allows: Limiter['allows'], requests: number): Promise<number> {
  const answers = await Promise.all(Array.from({ length: requests }, () => allows('client')));
  return answers.filter(Boolean).length;
}
