import { VSchemaRouter } from '@groundwork/sharding';
import { type Provider } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';

/** Says which slot every row is in; `Shards` then says which shard has the slot. */
export const routerProvider: Provider = {
  provide: VSchemaRouter,
  inject: [CONFIG],
  useFactory: ({ VSCHEMA_FILE }: OrderServiceConfig) => new VSchemaRouter(VSCHEMA_FILE),
};
