import { type BackfillOptions, type CustomerKeys, type LookupBackfill } from './backfill-lookups.ts';
import { bySlot } from './by-lookup-slot.ts';

export class RegionBackfill implements LookupBackfill {
  readonly lookup = 'customers_by_region';

  constructor(private readonly options: Pick<BackfillOptions, 'shards' | 'router'>) {}

  async write(customers: readonly CustomerKeys[]): Promise<void> {
    const { shards, router } = this.options;
    const slotOf = ({ id, region }: CustomerKeys) => router.slotOf(this.lookup, { region, customer_id: id });
    await bySlot(customers, slotOf, (slot, rows) =>
      shards.transaction(slot, async (manager) => {
        await manager.query(
          `insert into customers_by_region (slot, region, customer_id)
           select $1, * from unnest($2::text[], $3::bigint[]) on conflict do nothing`,
          [slot, rows.map(({ region }) => region), rows.map(({ id }) => id)],
        );
      }),
    );
  }
}
