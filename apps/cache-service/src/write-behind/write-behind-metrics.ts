import { WriteBehind, type WriteBehindStatistics } from '@groundwork/caching/write-behind';
import { Metrics } from '@groundwork/service-kit';
import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';

const COUNTERS: readonly (readonly [name: keyof WriteBehindStatistics, help: string])[] = [
  ['applied', 'Acknowledged writes that this process has taken from the log and applied'],
  ['batches', 'Transactions in which this process has applied them'],
  ['refused', 'Writes that the database refuses; they are set aside'],
  ['superseded', 'Documents that were not written, because the table has a newer version'],
  ['repeated', 'Writes that were not applied again, because their idempotency key was known'],
];

/** Exports the statistics of the write-behind log. */
@Injectable()
export class WriteBehindMetrics {
  constructor(@Inject(WriteBehind) behind: WriteBehind, @Inject(Metrics) { registry }: Metrics) {
    for (const [name, help] of COUNTERS)
      new Counter({
        ...{ name: `write_behind_${name}_total`, help, registers: [registry] },
        collect() {
          this.reset();
          this.inc(behind.statistics[name]);
        },
      });
    new Gauge({
      ...{ name: 'write_behind_waiting_callers', help: 'Callers that wait for room in the log' },
      registers: [registry],
      collect() {
        this.set(behind.statistics.waiting);
      },
    });
    const gaugeOf = (name: 'entries' | 'bytes', help: string) =>
      new Gauge({
        ...{ name: `write_behind_pending_${name}`, help, registers: [registry] },
        async collect() {
          const pending = await behind.pending().catch(() => undefined);
          // Without the log, the number is not known.
          this.set(pending?.[name] ?? Number.NaN);
        },
      });
    gaugeOf('entries', 'Acknowledged writes that the database does not have yet, over all processes');
    gaugeOf('bytes', 'Bytes of these writes');
  }
}
