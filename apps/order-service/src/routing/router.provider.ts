import { VSchemaRouter } from '@groundwork/sharding';
import { type Provider } from '@nestjs/common';
import { CONFIG, type OrderServiceConfig } from '../config.ts';

/** Maps every row to its slot; `Shards` maps the slot to its shard. */
export const routerProvider: Provider = {
  provide: VSchemaRouter,
  inject: [CONFIG],
  useFactory: ({ VSCHEMA_FILE }: OrderServiceConfig) => new VSchemaRouter(VSCHEMA_FILE),
};
