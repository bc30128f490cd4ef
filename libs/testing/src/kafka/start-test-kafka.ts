import { startKafka } from '@groundwork/topology';
import { type StoppableServer } from '../stoppable-server.ts';
import { memoryFolder } from '../temporary-folder.ts';
import { kafkaAt, type TestKafka } from './test-kafka.ts';

/** Starts a private broker that the test may kill. The start takes some seconds: prefer `testKafka`. */
export async function startTestKafka(): Promise<StoppableServer & TestKafka> {
  // Java misreads this name unless its encoding is set.
  const folder = memoryFolder('käfka 1');
  const server = await startKafka({ folder: folder.path });
  const kafka = kafkaAt([`127.0.0.1:${server.port}`]);
  return {
    ...kafka,
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
