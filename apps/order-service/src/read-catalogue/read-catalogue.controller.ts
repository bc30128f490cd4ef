import { type CatalogueEntry, Sku } from '@groundwork/contracts';
import { ProblemError, ZodPipe } from '@groundwork/service-kit';
import { VSchemaRouter } from '@groundwork/sharding';
import { Controller, Get, Inject, Param } from '@nestjs/common';
import { moneyOf } from '../order/money.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

interface EntryRow {
  readonly name: string;
  readonly amount: string;
  readonly currency: string;
}

/** Reads a product of the catalogue from the shard that owns the range of its sku. */
@Controller('v1/catalogue')
export class ReadCatalogueController {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
  ) {}

  @Get(':sku')
  async read(@Param('sku', new ZodPipe(Sku, { in: 'path' })) sku: string): Promise<CatalogueEntry> {
    const slot = this.router.slotOf('catalogue_entries', { sku });
    const [entry] = await this.shards.read(slot, ({ manager }) =>
      manager.query<EntryRow[]>(
        `select name, price_amount as amount, price_currency as currency
          from catalogue_entries where slot = $1 and sku = $2`,
        [slot, sku],
      ),
    );
    if (entry !== undefined) return { sku, name: entry.name, price: moneyOf(entry.amount, entry.currency) };
    throw new ProblemError({ status: 404, code: 'not-found', detail: `The catalogue does not have ${sku}.` });
  }
}
