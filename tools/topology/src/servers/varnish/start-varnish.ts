import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARNISH } from '../../host/tools.ts';
import { TopologyError } from '../../topology.error.ts';
import { freePort, isFree } from '../process/free-port.ts';
import { Server } from '../server.ts';

/** Starts a Varnish on a free port, with its cache in memory. `folder` must not be in memory: Varnish runs its compiled VCL from there. */
export async function startVarnish({ folder, vcl }: { folder: string; vcl: string }): Promise<Server> {
  const file = VARNISH.find();
  if (file === undefined)
    throw new TopologyError('tool-missing', `varnishd is missing: ${VARNISH.why}`, { retryable: true });
  const port = await freePort();
  const vclFile = join(folder, 'edge.vcl');
  writeFileSync(vclFile, vcl, { mode: 0o644 });
  return Server.start({
    name: 'varnish',
    port,
    logFile: join(folder, 'varnish.log'),
    launch: {
      file,
      args: [
        '-F',
        ...['-n', join(folder, 'instance'), '-a', `127.0.0.1:${port}`, '-f', vclFile],
        ...['-s', 'malloc,32m', '-T', 'none'],
      ],
      orphanSignal: 'SIGKILL',
    },
    isReady: async () => !(await isFree(port)),
  });
}
