import { startTestKafka } from '@groundwork/testing';
import { type Percentiles } from './latencies.ts';
import { openOutbox } from './outbox.ts';
import { ratioText, type Tools } from './tools.ts';
import { bareSends } from './ways/bare-sends.ts';
import { ourRelay } from './ways/our-relay.ts';

const EVENTS = 10_000;
/** One event in each transaction, 50 transactions a second. */
const ALONE = { events: 1, transactions: 400 };
/** Also 50 transactions a second, with so many events that the relay runs at half of its measured throughput. */
const UNDER_LOAD = { transactions: 250, everySecond: 50 };

/**
 * Measures the outbox relay. Throughput: compares draining an outbox with a bare producer that sends as many messages from
 * memory, in batches of a hundred. Latency: the time from the commit of an event to its acknowledgement by the broker, for
 * single events and at half of the measured throughput. New transactions start whether or not earlier events have arrived.
 * Afterwards every event is counted on its topic.
 */
export default {
  async measure(tools: Tools) {
    const kafka = await startTestKafka();
    const outbox = await openOutbox(await tools.postgres(), kafka);
    try {
      tools.progress('relay and bare send');
      const race = await tools.race(
        [
          { name: 'ours', operations: EVENTS, run: () => ourRelay(outbox, EVENTS) },
          { name: 'bare send', operations: EVENTS, run: () => bareSends(outbox, EVENTS) },
        ],
        { rounds: Math.max(5, Math.round(tools.rounds / 4)) },
      );
      tools.progress(`${ALONE.transactions} events, one at a time`);
      const alone = await outbox.latencies(ALONE);
      const { transactions, everySecond } = UNDER_LOAD;
      const events = Math.round(race.perSecond('ours') / 2 / everySecond);
      tools.progress(`${events * everySecond} events a second: half of what draining has shown`);
      const underLoad = await outbox.latencies({ events, transactions });
      return {
        tables: [
          {
            title: 'Publishing from the outbox',
            columns: ['way', 'events a second', 'ours to it'],
            rows: [
              ['ours', race.perSecond('ours').toFixed(0), '—'],
              [
                'bare send',
                race.perSecond('bare send').toFixed(0),
                ratioText(race.ratio('ours', 'bare send')),
              ],
            ],
          },
          {
            title: 'From the commit to the broker',
            columns: ['events a second', 'p50, ms', 'p99, ms'],
            rows: [rowOf(everySecond, alone), rowOf(events * everySecond, underLoad)],
          },
        ],
        goals: [
          {
            what: 'relay, to bare send in batches of 100',
            measured: race.ratio('ours', 'bare send'),
            atLeast: 0.75,
          },
          { what: 'commit to broker, written alone, p50 in ms', measured: alone.p50Ms, atMost: 20 },
          { what: 'commit to broker, at half capacity, p50 in ms', measured: underLoad.p50Ms, atMost: 20 },
        ],
        faults: await outbox.faults(),
      };
    } finally {
      await outbox.close();
      await kafka.stop();
    }
  },
};

function rowOf(perSecond: number, { p50Ms, p99Ms }: Percentiles): string[] {
  return [String(perSecond), p50Ms.toFixed(1), p99Ms.toFixed(1)];
}
