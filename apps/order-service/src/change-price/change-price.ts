import { type CatalogueEntry, type Money, PriceChanged } from '@groundwork/contracts';
import { appendToOutbox } from '@groundwork/messaging';
import { ProblemError } from '@groundwork/service-kit';
import {
  TwoPhaseAbortedError,
  TwoPhaseUnavailableError,
  TwoPhaseUndecidedError,
  VSchemaRouter,
} from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { askDirectory } from '../storage/directory/ask-directory.ts';
import { OutboxRelays } from '../publish-events/outbox-relays.ts';
import { fence } from '../storage/fences.ts';
import { type Route, SHARDS, type Shards } from '../storage/shards.ts';
import { AcrossShards } from './across-shards.ts';

/**
 * Changes a price in the catalogue, on the shard of the sku's range, and in the copies with which every shard places orders:
 * on all shards or on none. The change is not isolated: for some milliseconds one shard sells at the new price while another
 * still sells at the old one.
 */
@Injectable()
export class ChangePriceUseCase {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(VSchemaRouter) private readonly router: VSchemaRouter,
    @Inject(AcrossShards) private readonly acrossShards: AcrossShards,
    @Inject(OutboxRelays) private readonly relays: OutboxRelays,
  ) {}

  /**
   * @throws {ProblemError} `not-found`; a retryable problem, with nothing changed on any shard, when a shard cannot take
   * part; `two-phase-undecided` when the directory failed at the decision: the price changes later, on all shards or on none
   */
  async change(sku: string, price: Money): Promise<CatalogueEntry> {
    const slot = this.router.slotOf('catalogue_entries', { sku });
    return this.shards.onOwner(slot, async (route) => {
      let name = '';
      const owner = {
        shard: route.shard,
        work: async (manager: EntityManager) => {
          name = await changeEntry(manager, route, sku, price);
          await changeCopy(manager, sku, price);
        },
      };
      const others = this.shards.all
        .filter((shard) => shard !== route.shard)
        .map((shard) => ({ shard, work: (manager: EntityManager) => changeCopy(manager, sku, price) }));
      // The owner comes first: two changes of one price run one after the other there, before they take further locks.
      await askDirectory(() => this.acrossShards.run([owner, ...others])).catch((error: unknown) => {
        throw asProblem(error, sku);
      });
      this.relays.hint(route.shard.name);
      return { sku, name, price };
    });
  }
}

/** @returns the product's name */
async function changeEntry(manager: EntityManager, route: Route, sku: string, price: Money): Promise<string> {
  await fence(manager, route);
  const { slot } = route;
  const [entry] = await manager.query<{ name: string; version: number }[]>(
    `with changed as (
       update catalogue_entries set price_amount = $3, price_currency = $4, price_version = price_version + 1
       where slot = $1 and sku = $2 returning name, price_version as version
     ) select name, version from changed`,
    [slot, sku, price.amount, price.currency],
  );
  if (entry === undefined) {
    throw new ProblemError({ status: 404, code: 'not-found', detail: `The catalogue does not have ${sku}.` });
  }
  const event = { type: PriceChanged, key: sku, slot, data: { sku, price, version: entry.version } };
  await appendToOutbox(manager, [event], { notify: false });
  return entry.name;
}

async function changeCopy(manager: EntityManager, sku: string, { amount, currency }: Money): Promise<void> {
  await manager.query('update products set price_amount = $2, price_currency = $3 where sku = $1', [
    sku,
    amount,
    currency,
  ]);
}

function asProblem(error: unknown, sku: string): unknown {
  const isTwoPhase =
    error instanceof TwoPhaseUnavailableError ||
    error instanceof TwoPhaseAbortedError ||
    error instanceof TwoPhaseUndecidedError;
  if (!isTwoPhase) return error;
  const { code, message, retryable } = error;
  const outlook =
    error instanceof TwoPhaseUndecidedError
      ? ` The change ends in the background, in the same way on all shards, once the directory answers. Until then the price may be the old or the ` +
        `new one: look at GET /v1/catalogue/${sku}, or repeat the change.`
      : '';
  const headers = retryable ? { 'retry-after': '1' } : {};
  const detail = `${message}.${outlook}`;
  return new ProblemError({ status: 503, code, detail, retryable, headers, cause: error });
}
