import { Order, PlaceOrder } from '../../http/orders.ts';
import { type Operation } from '../operation.ts';
import { idempotencyKeyParameter, idParameter } from '../parameters.ts';

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
    path: '/v1/orders/{id}',
    operationId: 'readOrder',
    tag,
    summary: 'Reads an order',
    parameters: [idParameter],
    success: { status: 200, schema: Order },
    problems: ['InvalidRequest'],
  },
];
