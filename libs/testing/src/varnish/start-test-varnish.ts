import { installMissingTools, startVarnish, VARNISH, VARNISH_XKEY } from '@groundwork/topology';
import { type StoppableServer } from '../stoppable-server.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** Starts a private Varnish with a VCL, and installs it first where it is missing. The start takes a second: gcc compiles the VCL. */
export async function startTestVarnish(vcl: string): Promise<StoppableServer & { url: string }> {
  await installMissingTools([VARNISH, VARNISH_XKEY], (line) => process.stderr.write(`${line}\n`));
  const folder = temporaryFolder('varnish');
  const server = await startVarnish({ folder: folder.path, vcl });
  return {
    url: `http://127.0.0.1:${server.port}`,
    kill: () => server.kill(),
    restart: () => server.restart(),
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop: async () => {
      await server.kill();
      folder.remove();
    },
  };
}
