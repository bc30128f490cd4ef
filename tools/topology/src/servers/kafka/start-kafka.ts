import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../process/free-port.ts';
import { Server } from '../server.ts';
import { isKafkaReady } from './is-kafka-ready.ts';
import { kafkaJars } from './kafka-jars.ts';
import { kafkaLaunch } from './kafka-launch.ts';
import { prepareKafka } from './prepare-kafka.ts';
import { writeKafkaConfig } from './write-kafka-config.ts';

const CLUSTER_ID = 'R3JvdW5kd29yay10ZXN0cw';

/** Starts an Apache Kafka (one node, KRaft) on a free port, for tests. Topics must be created explicitly. */
export async function startKafka({ folder }: { folder: string }): Promise<Server> {
  const jars = await kafkaJars();
  const [port, controllerPort] = [await freePort(), await freePort()];
  const logFolder = join(folder, 'data');
  mkdirSync(logFolder, { recursive: true });
  const files = writeKafkaConfig(folder, singleNode(port, controllerPort, logFolder));
  await prepareKafka(jars, files, { clusterId: CLUSTER_ID, logFolder });
  return Server.start({
    name: 'kafka',
    port,
    logFile: join(folder, 'kafka.log'),
    launch: { ...kafkaLaunch(jars, files), orphanSignal: 'SIGKILL' },
    isReady: () => isKafkaReady(port),
  });
}

function singleNode(port: number, controllerPort: number, logFolder: string): Record<string, string> {
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': logFolder,
    'auto.create.topics.enable': 'false',
    // A broker that was killed and restarted is rejected until its earlier session has timed out (9 s by default).
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.num.partitions': '4',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
  };
}
