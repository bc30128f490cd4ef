import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { spawnTypescript } from './spawn-typescript.ts';
import { type TestShards } from './start-order-service.ts';

export interface SpawnedOrderService {
  readonly url: string;
  /** Ends the process with a signal, including kill signals. @returns the exit code */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts the service as a separate process, for tests that kill it. Resolves when the service listens. */
export async function spawnOrderService(
  directoryUrl: string,
  shards: Pick<TestShards, 'urls'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<SpawnedOrderService> {
  const process = spawnTypescript('src/main.ts', {
    environment: {
      DIRECTORY_URL: directoryUrl,
      SHARD_URLS: [...shards.urls].map(([name, url]) => `${name}=${url}`).join(','),
      LISTEN_ADDRESS: '127.0.0.1:0',
      KAFKA_BROKERS: '127.0.0.1:1',
      ...environment,
    },
  });
  return { url: await urlOf(process), end: (signal) => end(process, signal) };
}

/** Returns the URL on which the process listens, read from its log. */
async function urlOf(process: ChildProcess): Promise<string> {
  let last = 'nothing';
  for await (const line of createInterface({ input: process.stdout! })) {
    last = line;
    const { msg, url } = JSON.parse(line) as { msg: string; url?: string };
    if (msg !== 'listening' || url === undefined) continue;
    process.stdout!.resume();
    return url;
  }
  throw new Error(`the process ended before it listened; its last line was ${last}`);
}

async function end(process: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (process.exitCode !== null || process.signalCode !== null) return process.exitCode;
  const exit = once(process, 'exit');
  process.kill(signal);
  return ((await exit) as [number | null])[0];
}
