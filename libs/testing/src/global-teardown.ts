import { running } from './global-setup.ts';

/** Jest's globalTeardown. When Jest is killed instead, the orphan guard does the same. */
export default async function globalTeardown(): Promise<void> {
  await running.servers?.stop();
}
