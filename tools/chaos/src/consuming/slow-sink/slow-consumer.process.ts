/**
 * A consumer with a slow sink in its own process. Arguments: its group as JSON, and the number of events it handles at once.
 */
import { type Load } from '@groundwork/flow-control';
import { NO_METRICS } from '@groundwork/messaging';
import { type Group, join, joinWithBatches } from '../support/group.ts';
import { numberedOn } from '../support/numbered.ts';
import { reportSamples } from './report-samples.ts';
import { SlowSink } from './sink.ts';

/** The part of a strategy's unwrapped consumer that is used here. A new assignment creates a new map. */
interface Consumer {
  readonly partitions: ReadonlyMap<string, { readonly load: Load }>;
}

const [groupJson = '{}', batch = '1'] = process.argv.slice(2);
const { topic, ...group } = JSON.parse(groupJson) as Omit<Group, 'type'> & { topic: string };
const sink = new SlowSink();
let restarts = 0;
let livenessFailures = 0;
const options = { metrics: { ...NO_METRICS, restarted: () => void (restarts += 1) } };
const member = await (Number(batch) > 1
  ? joinWithBatches(
      { ...group, type: numberedOn(topic) },
      Number(batch),
      ({ size }) => sink.take(size),
      options,
    )
  : join({ ...group, type: numberedOn(topic) }, () => sink.take(), options));
const assignments = new Set<unknown>();

reportSamples({
  handled: () => sink.taken,
  held: () => {
    const loads = [...member.unwrap<Consumer>().partitions.values()].map(({ load }) => load);
    return {
      items: loads.reduce((sum, { items }) => sum + items, 0),
      bytes: loads.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  },
  async membership() {
    await member.expectProgress().catch(() => void (livenessFailures += 1));
    assignments.add(member.unwrap<Consumer>().partitions);
    return { joins: assignments.size, restarts, livenessFailures };
  },
});
