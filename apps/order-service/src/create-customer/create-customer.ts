import { type CreateCustomer, type Customer } from '@groundwork/contracts';
import { partsOfId, randomSlot, type Slot } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { Ids } from '../make-ids/ids.ts';
import { CustomerEntity } from '../storage/entities/customer.entity.ts';
import { ShardUnavailableError } from '../storage/shard-unavailable.error.ts';
import { type Shard } from '../storage/shard.ts';
import { SHARDS, type Shards } from '../storage/shards.ts';

/** Stores a customer in a random slot, which from then on is where the customer and all their orders live. */
@Injectable()
export class CreateCustomerUseCase {
  constructor(
    @Inject(SHARDS) private readonly shards: Shards,
    @Inject(Ids) private readonly ids: Ids,
  ) {}

  /**
   * A shard that cannot be reached is passed over: a new customer belongs to no slot yet, so one is drawn among those of
   * the other shards. Should the lost shard have stored the row all the same, nobody has ever been told its id.
   *
   * @throws {ShardUnavailableError} when no shard can be reached
   */
  async create(request: CreateCustomer): Promise<Customer> {
    const failed = new Set<Shard>();
    for (;;) {
      const slot = this.randomSlotOutside(failed);
      try {
        return await this.createIn(slot, request);
      } catch (error) {
        if (!(error instanceof ShardUnavailableError)) throw error;
        failed.add(this.shards.route(slot).shard);
        if (this.shards.serving.every((shard) => failed.has(shard))) throw error;
      }
    }
  }

  private randomSlotOutside(failed: ReadonlySet<Shard>): Slot {
    let slot = randomSlot();
    while (failed.has(this.shards.route(slot).shard)) slot = randomSlot();
    return slot;
  }

  private createIn(slot: Slot, { email, name, region }: CreateCustomer): Promise<Customer> {
    return this.shards.onOwner(slot, async (route) => {
      const id = await this.ids.next(route);
      const createdAt = new Date(partsOfId(id).atMs);
      await this.shards.transactionOn(route, (manager) =>
        manager.insert(CustomerEntity, { id, email, name, region, createdAt }),
      );
      return { id, email, name, region, createdAt: createdAt.toISOString() };
    });
  }
}
