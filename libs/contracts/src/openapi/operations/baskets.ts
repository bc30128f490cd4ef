import { Basket } from '../../http/baskets.ts';
import { type Operation } from '../operation.ts';
import { customerParameter, ifMatchParameter, ifNoneMatchOfWriteParameter } from '../parameters.ts';

const tag = 'baskets';
const path = '/v1/baskets/{customerId}';

export const basketOperations: readonly Operation[] = [
  {
    ...{ method: 'get', path, operationId: 'readBasket', tag },
    summary: 'Reads the basket of a customer in its newest version',
    parameters: [customerParameter],
    isRevalidated: true,
    success: { status: 200, schema: Basket, headers: ['ETag'] },
    problems: ['InvalidBasket'],
  },
  {
    ...{ method: 'put', path, operationId: 'putBasket', tag },
    summary: 'Replaces the basket of a customer; acknowledged when it is stored in the write-behind log',
    parameters: [customerParameter, ifMatchParameter, ifNoneMatchOfWriteParameter],
    body: Basket,
    success: { status: 200, schema: Basket, headers: ['ETag'] },
    problems: ['InvalidBasket', 'VersionConflict'],
  },
  {
    ...{ method: 'delete', path, operationId: 'deleteBasket', tag },
    summary: 'Deletes the basket of a customer; without a basket, nothing changes',
    parameters: [customerParameter, ifMatchParameter, ifNoneMatchOfWriteParameter],
    success: { status: 204 },
    problems: ['InvalidBasket', 'VersionConflict'],
  },
];
