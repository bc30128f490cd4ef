import { fileURLToPath } from 'node:url';
import { DockerTopology } from './docker.topology.ts';
import { NativeTopology } from './native.topology.ts';
import { type TopologyUnderTest } from './topology-under-test.ts';

const WORKSPACE_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Attaches to the platform at `E2E_BASE_URL`, or starts a separate platform if it is not set. */
export function startPlatformUnderTest(): Promise<TopologyUnderTest> {
  const baseUrl = process.env['E2E_BASE_URL'];
  return baseUrl === undefined ? NativeTopology.start() : DockerTopology.attach(WORKSPACE_ROOT, baseUrl);
}
