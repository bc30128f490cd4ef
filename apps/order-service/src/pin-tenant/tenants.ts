import { type TenantPin } from '@groundwork/contracts';
import { ProblemError } from '@groundwork/service-kit';
import { type LookupPlan, type Slot } from '@groundwork/sharding';
import { Inject, Injectable } from '@nestjs/common';
import { type Pool, type QueryResultRow } from 'pg';
import { askDirectory } from '../storage/directory/ask-directory.ts';
import { DIRECTORY_POOL } from '../storage/directory-pool.provider.ts';

interface PinRow {
  readonly tenant: string;
  readonly slot: number;
  readonly pinnedAt: Date;
  readonly used: boolean;
}

const PIN = 'tenant, slot, pinned_at as "pinnedAt", used_at is not null as used';

/**
 * The slots that the customers of tenants are stored in, as rows of the directory. The first sign-up of a tenant marks the
 * pin as used, in the row that a change of the pin would write. So a pin can change only before the first sign-up.
 *
 * @throws {DirectoryLostError} from every method, when the directory cannot be reached
 */
@Injectable()
export class Tenants {
  constructor(@Inject(DIRECTORY_POOL) private readonly pool: Pool) {}

  /** Returns the slot of a lookup by the VSchema and makes the pin permanent; returns undefined for an unknown tenant. */
  async use({ keyspace, table, from, to }: LookupPlan): Promise<Slot | undefined> {
    const [[column, tenant]] = Object.entries(from) as [[string, unknown]];
    if (keyspace !== 'directory')
      throw new Error(`tenants must be looked up in the directory, not in ${keyspace}`);
    for (;;) {
      // The names come from the VSchema, whose grammar allows only letters, digits and _.
      const [pin] = await this.query<{ slot: Slot; used: boolean }>(
        `select ${to} as slot, used_at is not null as used from ${table} where ${column} = $1`,
        [tenant],
      );
      if (pin === undefined || pin.used) return pin?.slot;
      await this.query(
        `update ${table} set used_at = now() where ${column} = $1 and ${to} = $2 and used_at is null`,
        [tenant, pin.slot],
      );
      // The next round checks that no operator has pinned the tenant to another slot in between.
    }
  }

  async find(tenant: string): Promise<TenantPin | undefined> {
    const [pin] = await this.query<PinRow>(`select ${PIN} from tenants where tenant = $1`, [tenant]);
    return pin && toPin(pin);
  }

  /** @throws {ProblemError} `tenant-in-use` */
  async pin(tenant: string, slot: number): Promise<TenantPin> {
    const [pin] = await this.query<PinRow>(
      `insert into tenants (tenant, slot) values ($1, $2)
         on conflict (tenant) do update set slot = $2
           where tenants.used_at is null or tenants.slot = $2
       returning ${PIN}`,
      [tenant, slot],
    );
    if (pin !== undefined) return toPin(pin);
    throw new ProblemError({
      status: 409,
      code: 'tenant-in-use',
      detail: `Customers of ${tenant} are already stored in another slot. The pin cannot change, because their ids contain the slot.`,
    });
  }

  private async query<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    return (await askDirectory(() => this.pool.query<Row>(text, values))).rows;
  }
}

function toPin({ pinnedAt, ...pin }: PinRow): TenantPin {
  return { ...pin, pinnedAt: pinnedAt.toISOString() };
}
