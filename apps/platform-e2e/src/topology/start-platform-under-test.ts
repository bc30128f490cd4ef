import { DockerTopology } from './docker.topology.ts';
import { type TopologyUnderTest } from './topology-under-test.ts';
import { fileURLToPath } from 'node:url';

const WORKSPACE_ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** The platform that runs behind `E2E_BASE_URL`, or else one of the run's own. */
export async function startPlatformUnderTest(): Promise<TopologyUnderTest> {
  const baseUrl = process.env['E2E_BASE_URL'];
  if (baseUrl !== undefined) return DockerTopology.attach(WORKSPACE_ROOT, baseUrl);
  throw new Error('not yet');
}
