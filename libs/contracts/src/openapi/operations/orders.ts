import {
  AllOrdersPage,
  ListAllOrdersQuery,
  OrdersSummary,
  SummariseOrdersQuery,
} from '../../http/all-orders.ts';
import { Order, PlaceOrder, TransferOrder } from '../../http/orders.ts';
import { type Operation } from '../operation.ts';
import { idempotencyKeyParameter, idParameter, queryParameters } from '../parameters.ts';

const tag = 'orders';

export const orderOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/orders',
    operationId: 'placeOrder',
    tag,
    summary: 'Places an order; it is pending until its stock and payment are settled',
    parameters: [idempotencyKeyParameter],
    body: PlaceOrder,
    success: { status: 201, schema: Order, headers: ['Location', 'Idempotency-Replayed'] },
    problems: ['InvalidOrder', 'UnacceptableOrder'],
  },
  {
    method: 'get',
    path: '/v1/orders',
    operationId: 'listAllOrders',
    tag,
    summary: 'Lists the orders of all shards in one sorted list; with `partial=true` also when a shard fails',
    parameters: queryParameters(ListAllOrdersQuery),
    success: { status: 200, schema: AllOrdersPage },
    problems: ['InvalidRequest'],
  },
  {
    method: 'get',
    path: '/v1/orders/summary',
    operationId: 'summariseOrders',
    tag,
    summary: 'Counts, sums and averages over the orders of all shards',
    parameters: queryParameters(SummariseOrdersQuery),
    success: { status: 200, schema: OrdersSummary },
    problems: ['InvalidRequest'],
  },
  {
    method: 'post',
    path: '/v1/orders/{id}/transfer',
    operationId: 'transferOrder',
    tag,
    summary: 'Transfers a confirmed order to another customer, under a new order id',
    parameters: [idParameter, idempotencyKeyParameter],
    body: TransferOrder,
    success: { status: 201, schema: Order, headers: ['Location', 'Idempotency-Replayed'] },
    problems: ['InvalidTransfer', 'NotTransferable', 'UnacceptableTransfer'],
  },
  {
    method: 'get',
    path: '/v1/orders/{id}',
    operationId: 'readOrder',
    tag,
    summary: 'Reads an order',
    parameters: [idParameter],
    success: { status: 200, schema: Order },
    problems: ['InvalidRequest'],
  },
];
