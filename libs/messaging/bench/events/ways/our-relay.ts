import { NO_RELAY_METRICS } from '../../../src/outbox/relay-metrics.ts';
import { type Outbox } from '../outbox.ts';
import { relayOf } from '../relay-of.ts';

/** Measures our relay from the moment when it becomes active until it has published all events. */
export async function ourRelay({ pool, databaseUrl, producer, ours, count }: Outbox, events: number) {
  await pool.query(
    `insert into outbox (event_id, slot, topic, key, type, data)
     select gen_random_uuid(), n % 4096, $1, 'key-' || n % 1000, $2, jsonb_build_object('number', n)
     from generate_series(1, $3::int) as n`,
    [ours.topic, ours.type, events],
  );
  const done = Promise.withResolvers<number>();
  let [startedAt, published] = [0, 0];
  const relay = relayOf(databaseUrl, producer, {
    ...NO_RELAY_METRICS,
    leads: (_relay, leads) => {
      if (leads) startedAt = performance.now();
    },
    published: (_relay, batch) => {
      published += batch;
      if (published >= events) done.resolve(performance.now() - startedAt);
    },
  });
  relay.start();
  const elapsedMs = await done.promise;
  await relay.stop();
  count(ours.topic, events);
  return { elapsedMs };
}
