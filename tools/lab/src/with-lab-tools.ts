import { join } from 'node:path';
import { startTestKafka, startTestRedis, temporaryFolder, type TestRedisOptions } from '@groundwork/testing';
import { startPostgres } from '@groundwork/topology';
import { type LabTools } from './lab.ts';

/** Runs `work` with servers that start when they are first needed. They are removed afterwards, also when `work` fails. */
export async function withLabTools<Result>(
  progress: (text: string) => void,
  work: (tools: LabTools) => Promise<Result>,
): Promise<Result> {
  const stops: (() => Promise<void>)[] = [];
  const redis = async (options?: TestRedisOptions): Promise<string> => {
    progress('starting a Redis');
    const server = await startTestRedis(options);
    stops.push(() => server.stop());
    return server.url;
  };
  const postgres = async (): Promise<string> => {
    progress('starting a Postgres');
    const folder = temporaryFolder('lab');
    const server = await startPostgres({ folder: join(folder.path, 'data') });
    stops.push(async () => {
      await server.stop();
      folder.remove();
    });
    return server.url;
  };
  const kafka = async (): Promise<readonly string[]> => {
    progress('starting a Kafka');
    const server = await startTestKafka();
    stops.push(() => server.stop());
    return server.brokers;
  };
  try {
    return await work({ progress, redis, postgres, kafka });
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
}
