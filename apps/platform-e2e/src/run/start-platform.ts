import { startPlatformUnderTest } from '../topology/start-platform-under-test.ts';
import { lendTopology } from '../topology/current-topology.ts';

/** Jest's global setup: starts one platform for the whole run. */
export default async function startPlatform(): Promise<void> {
  lendTopology(globalThis, await startPlatformUnderTest());
}
