import { connect } from 'node:net';
import { repositoryOf, type Assignment, type Runner } from './runner.ts';

/** The share of the container's memory for V8's old generation; the rest is for buffers, code and the young generation. */
const HEAP_SHARE = 0.75;
/**
 * The share for each semi-space of the young generation. V8 starts a full marking again and again while the old generation
 * has less than one semi-space left. On a large machine the default is 64 MiB: a small heap that is half full would then use
 * a whole core for marking.
 */
const SEMI_SPACE_SHARE = 1 / 32;

/** Runs images built from this workspace: their command runs unchanged, on the Node that runs the engine. */
export const nodeRunner: Runner = {
  runs: ({ image, isBuiltHere, command }) =>
    command[0] === 'node' && (isBuiltHere || repositoryOf(image).startsWith('groundwork/')),

  async prepare({ command, environment, service, name, workspace }) {
    return {
      file: process.execPath,
      args: [...heapLimit(service.memoryLimitBytes), ...command.slice(1)],
      folder: workspace,
      environment: {
        ...environment,
        NODE_ENV: 'production',
        INSTANCE_ID: environment['INSTANCE_ID'] ?? name,
      },
    };
  },

  isWorthAsking: async (assignment) => {
    const port = await listeningPort(assignment);
    return port === undefined || accepts(port);
  },
};

function heapLimit(memoryLimitBytes: number | undefined): string[] {
  return memoryLimitBytes === undefined
    ? []
    : [
        `--max-old-space-size=${megabytes(memoryLimitBytes * HEAP_SHARE)}`,
        `--max-semi-space-size=${megabytes(memoryLimitBytes * SEMI_SPACE_SHARE)}`,
      ];
}

function megabytes(bytes: number): number {
  return Math.max(1, Math.floor(bytes / 1_024 ** 2));
}

/** Returns the port on which the replica listens; its address is already mapped. */
async function listeningPort({ environment }: Assignment): Promise<number | undefined> {
  const port = /:(\d+)$/.exec(environment['LISTEN_ADDRESS'] ?? '')?.[1];
  return port === undefined ? undefined : Number(port);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
