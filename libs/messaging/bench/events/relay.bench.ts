import { startTestKafka } from '@groundwork/testing';
import { openOutbox } from './outbox.ts';
import { ratioText, type Tools } from './tools.ts';
import { bareSends } from './ways/bare-sends.ts';
import { ourRelay } from './ways/our-relay.ts';

const EVENTS = 10_000;
const LATENCIES = 400;

/**
 * The outbox relay: draining an outbox beside a bare producer that sends as many messages from memory, in batches of a hundred;
 * and how long after its commit an event that is written alone is at the broker. Every event is counted on its topic.
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
      tools.progress(`${LATENCIES} events, one at a time`);
      const { p50Ms, p99Ms } = await outbox.latencies(LATENCIES);
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
            columns: ['events', 'p50, ms', 'p99, ms'],
            rows: [[String(LATENCIES), p50Ms.toFixed(1), p99Ms.toFixed(1)]],
          },
        ],
        goals: [
          {
            what: 'relay, to bare send in batches of 100',
            measured: race.ratio('ours', 'bare send'),
            atLeast: 0.75,
          },
          { what: 'commit to broker, p50 in ms', measured: p50Ms, atMost: 20 },
        ],
        faults: await outbox.faults(),
      };
    } finally {
      await outbox.close();
      await kafka.stop();
    }
  },
};
