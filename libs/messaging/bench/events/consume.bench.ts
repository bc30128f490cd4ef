import 'reflect-metadata';
import { startTestKafka, type TestKafka } from '@groundwork/testing';
import { type EffectsDatabase, openEffectsDatabase } from './effects-database.ts';
import { fillTopic } from './filled-topic.ts';
import { type Race, ratioText, type Tools, type Way } from './tools.ts';
import { barePgBatches } from './ways/bare-pg-batches.ts';
import { oneTransactionEach } from './ways/one-transaction-each.ts';
import { ourBatches } from './ways/our-batches.ts';
import { ourNoOpEach } from './ways/our-no-op-each.ts';
import { ourNoOp } from './ways/our-no-op.ts';
import { rawKafkajs } from './ways/raw-kafkajs.ts';

const NO_OPS = 400_000;
const NO_OPS_EACH = 60_000;
const BATCHED = 40_000;
const SINGLE = 2_000;

/**
 * Measures consuming, from the first event to the last.
 *
 * Handlers that do nothing: compares our handlers of batches with kafkajs's own `eachBatch`, and with our handlers of single
 * events, which are decoded and in the order of their key (reported only, there is no goal).
 *
 * Effects exactly once, where every commit waits for the disk: compares our batches with the same statements on a bare `pg`
 * client that has the events in memory, and with the usual way, one transaction after the other for each message. Afterwards
 * every row is counted.
 */
export default {
  async measure(tools: Tools) {
    const kafka = await startTestKafka();
    const database = await openEffectsDatabase(await tools.postgres());
    try {
      const noOp = await raceNoOps(tools, kafka);
      const { race: exactlyOnce, faults } = await raceExactlyOnce(tools, kafka, database);
      return {
        tables: [
          tableOf('Consuming, handlers that do nothing', noOp, [
            'ours',
            'ours, one at a time',
            'kafkajs eachBatch',
          ]),
          tableOf('Consuming, effects exactly once', exactlyOnce, [
            'ours',
            'bare pg',
            'one transaction each',
          ]),
        ],
        goals: [
          { what: 'no-op, to raw kafkajs', measured: noOp.ratio('ours', 'kafkajs eachBatch'), atLeast: 0.8 },
          {
            what: 'batched, to a bare pg client',
            measured: exactlyOnce.ratio('ours', 'bare pg'),
            atLeast: 0.7,
          },
          {
            what: 'batched, to one transaction a message',
            measured: exactlyOnce.ratio('ours', 'one transaction each'),
            atLeast: 30,
          },
        ],
        faults,
      };
    } finally {
      await database.close();
      await kafka.stop();
    }
  },
};

async function raceNoOps(tools: Tools, kafka: TestKafka): Promise<Race> {
  tools.progress(`publishing ${NO_OPS} events to be read by handlers that do nothing`);
  const [type, few] = [await fillTopic(kafka, NO_OPS), await fillTopic(kafka, NO_OPS_EACH)];
  const ways = [
    { name: 'ours', operations: NO_OPS, run: () => ourNoOp(kafka, type, NO_OPS) },
    {
      name: 'ours, one at a time',
      operations: NO_OPS_EACH,
      run: () => ourNoOpEach(kafka, few, NO_OPS_EACH),
    },
    { name: 'kafkajs eachBatch', operations: NO_OPS, run: () => rawKafkajs(kafka, type, NO_OPS) },
  ];
  tools.progress('handlers that do nothing');
  return tools.race(ways, { rounds: roundsOf(tools) });
}

async function raceExactlyOnce(tools: Tools, kafka: TestKafka, database: EffectsDatabase) {
  const [many, few] = [await fillTopic(kafka, BATCHED), await fillTopic(kafka, SINGLE)];
  const faults: string[] = [];
  const checked = (name: string, operations: number, run: () => Promise<{ elapsedMs: number }>): Way => ({
    name,
    operations,
    async run() {
      const timed = await run();
      const fault = await database.faultOf(name, operations);
      if (fault !== undefined) faults.push(fault);
      return timed;
    },
  });
  tools.progress('effects exactly once');
  const race = await tools.race(
    [
      checked('ours', BATCHED, () => ourBatches(kafka, many, database, BATCHED)),
      checked('bare pg', BATCHED, () => barePgBatches(database, BATCHED)),
      checked('one transaction each', SINGLE, () => oneTransactionEach(kafka, few, database, SINGLE)),
    ],
    { rounds: roundsOf(tools) },
  );
  return { race, faults };
}

/** Returns few rounds, because each takes seconds: a consumer has to join its group. */
function roundsOf({ rounds }: Tools): number {
  return Math.max(5, Math.round(rounds / 5));
}

function tableOf(title: string, race: Race, names: readonly string[]) {
  return {
    title,
    columns: ['way', 'events a second', 'ours to it'],
    rows: names.map((name) => [
      name,
      race.perSecond(name).toFixed(0),
      name === 'ours' ? '—' : ratioText(race.ratio('ours', name)),
    ]),
  };
}
