import { running } from './global-setup.ts';

/** Jest's globalTeardown. Stops the servers. When Jest is killed, the orphan guard stops them. */
export default async function globalTeardown(): Promise<void> {
  await running.servers?.stop();
}
