import { z } from 'zod';
import { AllOrdersPage, MoneySum, OrderFigures, OrdersSummary } from '../http/all-orders.ts';
import { Basket } from '../http/baskets.ts';
import { CatalogueEntry, ChangePrice } from '../http/catalogue.ts';
import {
  Consumer,
  ConsumerGroupName,
  ConsumerList,
  ConsumerPause,
  ConsumerSummary,
  PartitionLag,
  PauseConsumer,
  PausedConsumer,
  ResumeConsumer,
  TopicLag,
} from '../http/consumers.ts';
import { CreateCustomer, Customer, CustomerPage, Region } from '../http/customers.ts';
import {
  DeadLetter,
  DeadLetterAction,
  DeadLetterFilter,
  DeadLetterList,
  DeadLetterStats,
  DeadLetterStatus,
  DiscardDeadLetter,
  LetterId,
  RedriveDeadLetter,
  ReviewedDeadLetter,
} from '../http/dead-letters.ts';
import {
  Order,
  OrderLine,
  OrderPage,
  OrderStatus,
  PaymentMethod,
  PlaceOrder,
  Rejection,
  TransferOrder,
} from '../http/orders.ts';
import { FieldError, Problem } from '../http/problem.ts';
import { ProductViews, ViewCounted } from '../http/product-views.ts';
import { Product, ProductList, Sku } from '../http/products.ts';
import { RedriveJob, RedriveJobId, RedriveJobList, RequestRedriveJob } from '../http/redrive-jobs.ts';
import { TopProduct, TopProducts } from '../http/sales.ts';
import {
  AddShard,
  MoveId,
  PlanShards,
  RequestShardMove,
  Shard,
  ShardList,
  ShardMove,
  ShardMoveChunk,
  ShardMoveList,
  ShardName,
  ShardPlan,
  SlotRanges,
} from '../http/shards.ts';
import { UnfinishedSaga, UnfinishedSagaList } from '../http/sagas.ts';
import { PinTenant, Tenant, TenantPin } from '../http/tenants.ts';
import { Id } from '../ids.ts';
import { Money } from '../money.ts';

/** Every schema of the public API; each is a component under its `.meta({ id })`. */
const PUBLIC_SCHEMAS: readonly z.ZodType[] = [
  AddShard,
  AllOrdersPage,
  Basket,
  CatalogueEntry,
  ChangePrice,
  Consumer,
  ConsumerGroupName,
  ConsumerList,
  ConsumerPause,
  ConsumerSummary,
  CreateCustomer,
  Customer,
  CustomerPage,
  DeadLetter,
  DeadLetterAction,
  DeadLetterFilter,
  DeadLetterList,
  DeadLetterStats,
  DeadLetterStatus,
  DiscardDeadLetter,
  FieldError,
  Id,
  LetterId,
  Money,
  MoneySum,
  MoveId,
  Order,
  OrderFigures,
  OrderLine,
  OrderPage,
  OrdersSummary,
  OrderStatus,
  PartitionLag,
  PauseConsumer,
  PausedConsumer,
  PaymentMethod,
  PinTenant,
  PlaceOrder,
  PlanShards,
  Problem,
  Product,
  ProductList,
  ProductViews,
  RedriveDeadLetter,
  RedriveJob,
  RedriveJobId,
  RedriveJobList,
  Region,
  Rejection,
  RequestRedriveJob,
  RequestShardMove,
  ResumeConsumer,
  ReviewedDeadLetter,
  Shard,
  ShardList,
  ShardMove,
  ShardMoveChunk,
  ShardMoveList,
  ShardName,
  ShardPlan,
  Sku,
  SlotRanges,
  Tenant,
  TenantPin,
  UnfinishedSaga,
  UnfinishedSagaList,
  TopicLag,
  TopProduct,
  TopProducts,
  TransferOrder,
  ViewCounted,
];

export type JsonSchema = Readonly<Record<string, unknown>>;

const idOf = (schema: z.ZodType): string => {
  const id = schema.meta()?.id;
  if (id === undefined) throw new Error('a public schema needs a name: add .meta({ id })');
  return id;
};

/** Returns a reference to a component. */
export const refTo = (schema: z.ZodType): JsonSchema => ({ $ref: `#/components/schemas/${idOf(schema)}` });

/** OpenAPI 3.1 schemas are JSON Schema 2020-12. Their place in the document names them, so `$id` is removed. */
export function componentSchemas(): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const schema of PUBLIC_SCHEMAS) registry.add(schema, { id: idOf(schema) });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => {
      const { id: _name, ...meta } = PUBLIC_SCHEMAS.find((known) => idOf(known) === id)?.meta() ?? {};
      return [id, { ...schema, ...meta }];
    }),
  );
}
