import { connect } from 'node:net';
import { repositoryOf, type Assignment, type Runner } from './runner.ts';

/** Of the container's memory, what V8 may take for its old objects; the rest is buffers, code and the young generation. */
const HEAP_SHARE = 0.75;
/**
 * And for each half of the young ones. V8 marks all objects, again and again, while less than such a half is left of what the old
 * ones may take, and by default it is 64 MiB on a large machine: a small heap would spend a core on that when half full.
 */
const SEMI_SPACE_SHARE = 1 / 32;

/** Images built from this workspace: their command runs here as it is, on the Node that runs the engine. */
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

/** The address it listens on has been mapped already. */
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
