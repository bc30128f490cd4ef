import { CreateCustomer, Customer, CustomerPage, FindCustomersQuery } from '../../http/customers.ts';
import { ListOrdersQuery, OrderPage } from '../../http/orders.ts';
import { type Operation } from '../operation.ts';
import { idParameter, queryParameters, signUpKeyParameter } from '../parameters.ts';

const tag = 'customers';

export const customerOperations: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/customers',
    operationId: 'createCustomer',
    tag,
    summary: 'Creates a customer',
    parameters: [signUpKeyParameter],
    body: CreateCustomer,
    success: { status: 201, schema: Customer, headers: ['Location', 'Idempotency-Replayed'] },
    problems: ['InvalidSignUp', 'EmailTaken', 'UnacceptableSignUp'],
  },
  {
    method: 'get',
    path: '/v1/customers',
    operationId: 'findCustomers',
    tag,
    summary: 'Finds the customer with an e-mail, or the customers of a region',
    parameters: queryParameters(FindCustomersQuery),
    success: { status: 200, schema: CustomerPage },
    problems: ['UnroutableQuery'],
  },
  {
    method: 'get',
    path: '/v1/customers/{id}',
    operationId: 'readCustomer',
    tag,
    summary: 'Reads a customer',
    parameters: [idParameter],
    success: { status: 200, schema: Customer },
    problems: ['InvalidRequest'],
  },
  {
    method: 'get',
    path: '/v1/customers/{id}/orders',
    operationId: 'listOrdersOfCustomer',
    tag,
    summary: 'Lists the orders of a customer, newest first, in keyset pages',
    parameters: [idParameter, ...queryParameters(ListOrdersQuery)],
    success: { status: 200, schema: OrderPage },
    problems: ['InvalidRequest'],
  },
];
