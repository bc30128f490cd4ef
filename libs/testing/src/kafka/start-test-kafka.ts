import { startKafka } from '@groundwork/topology';
import { type StoppableServer } from '../stoppable-server.ts';
import { memoryFolder } from '../temporary-folder.ts';
import { kafkaAt, type TestKafka } from './test-kafka.ts';

/** A broker of the test's own, to be killed (some seconds to start: prefer `testKafka`). */
export async function startTestKafka(): Promise<StoppableServer & TestKafka> {
  // A name that Java mistakes for another one unless it is told the encoding.
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
