import { isKafkaReady } from '../servers/kafka/is-kafka-ready.ts';
import { kafkaJars } from '../servers/kafka/kafka-jars.ts';
import { kafkaLaunch } from '../servers/kafka/kafka-launch.ts';
import { prepareKafka } from '../servers/kafka/prepare-kafka.ts';
import { writeKafkaConfig } from '../servers/kafka/write-kafka-config.ts';
import { type Launch } from '../servers/process/managed-process.ts';
import { TopologyError } from '../topology.error.ts';
import { repositoryOf, type Assignment, type Runner } from './runner.ts';

const PORT = 9092;

/** These variables configure the image's start script; every other KAFKA_ variable is a setting of the broker. */
const OF_THE_SCRIPT =
  /^KAFKA_(HEAP_OPTS|OPTS|LOG4J_.*|JVM_PERFORMANCE_OPTS|GC_LOG_OPTS|JMX_.*|TOOLS_.*|VERSION)$/;

/** Runs the image `apache/kafka`: KAFKA_* settings, CLUSTER_ID, one or more log folders. */
export const kafkaRunner: Runner = {
  runs: ({ image }) => repositoryOf(image) === 'apache/kafka',

  async prepare(assignment): Promise<Launch> {
    const { environment, folder } = assignment;
    const settings = brokerSettings(environment);
    const logFolder = settings['log.dirs'];
    const clusterId = environment['CLUSTER_ID'];
    if (logFolder === undefined || clusterId === undefined)
      throw missing(assignment, clusterId ? 'KAFKA_LOG_DIRS' : 'CLUSTER_ID');
    if (folder.includes(',')) throw namesSeveral(folder);
    const jars = await kafkaJars();
    const files = writeKafkaConfig(folder, settings);
    await prepareKafka(jars, files, { clusterId, logFolder });
    return kafkaLaunch(jars, files, environment['KAFKA_HEAP_OPTS']?.split(/\s+/));
  },

  isWorthAsking: async (assignment) => isKafkaReady(await assignment.port(PORT)),
};

/** Maps variables to settings as the image does: KAFKA_A_B is a.b; `__` stands for `_`, and `___` for `-`. */
export function brokerSettings(environment: Readonly<Record<string, string>>): Record<string, string> {
  const settings = Object.entries(environment).filter(
    ([name]) => name.startsWith('KAFKA_') && !OF_THE_SCRIPT.test(name),
  );
  return Object.fromEntries(
    settings.map(([name, value]) => [settingName(name.slice('KAFKA_'.length)), value]),
  );
}

const STANDS_FOR: Record<string, string> = { _: '.', __: '_', ___: '-' };

function settingName(variable: string): string {
  return variable
    .toLowerCase()
    .replaceAll(/_{1,3}/g, (underscores) => STANDS_FOR[underscores] ?? underscores);
}

function missing({ service }: Assignment, name: string): TopologyError {
  return new TopologyError(
    'invalid-compose-file',
    `services.${service.name}.environment: ${name} is not set`,
  );
}

function namesSeveral(folder: string): TopologyError {
  return new TopologyError(
    'folder-name',
    `Kafka treats the comma in ${folder} as a separator of folders: set GROUNDWORK_STATE to a folder without a comma`,
  );
}
