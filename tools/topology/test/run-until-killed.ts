/**
 * A runner in its own process, for tests that kill it: `node run-until-killed.ts COMPOSE_FILE STATE_DIR`; prints the pids.
 */
import { startTopology } from '../src/index.ts';

const [composeFile = '', stateDir = ''] = process.argv.slice(2);
const topology = await startTopology({ composeFile, stateDir, freePorts: true, build: false });
process.stdout.write(`${JSON.stringify(topology.statuses.map(({ pid }) => pid))}\n`);
setInterval(() => undefined, 60_000);
