import { temporaryFolder } from '@groundwork/testing';
import { startPostgres } from '@groundwork/topology';
import { type BenchmarkServers } from './benchmark-servers.ts';

/** Runs `work` with servers that start at the first request and are stopped afterwards, also when `work` fails. */
export async function withServers<T>(work: (servers: BenchmarkServers) => Promise<T>): Promise<T> {
  const stops: (() => Promise<void>)[] = [];
  const postgres = async (): Promise<string> => {
    const folder = temporaryFolder('bench');
    const server = await startPostgres({ folder: `${folder.path}/data`, durable: true });
    stops.push(async () => {
      await server.stop();
      folder.remove();
    });
    return server.url;
  };
  try {
    return await work({ postgres });
  } finally {
    await Promise.all(stops.map((stop) => stop()));
  }
}
