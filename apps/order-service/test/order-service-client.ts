import { randomUUID } from 'node:crypto';
import { type Customer, type Order, type OrderPage, type Problem } from '@groundwork/contracts';

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** The fields of a problem document except its status, which the answer contains. */
type Fault = Pick<Problem, 'code' | 'detail' | 'errors' | 'retryable'>;

export interface LineRequest {
  readonly sku: string;
  readonly quantity: number;
}

export const oneLamp: readonly LineRequest[] = [{ sku: 'GW-0001', quantity: 2 }];

/** A client of the service over HTTP. */
export class OrderServiceClient {
  constructor(private readonly url: string) {}

  createCustomer(body: object = {}): Promise<Answer<Customer & Fault>> {
    return this.post('/v1/customers', {
      email: `ada.${randomUUID()}@example.com`,
      name: 'Ada',
      region: 'eu',
      ...body,
    });
  }

  placeOrder(
    customerId: string,
    lines: readonly object[] = oneLamp,
    { key = randomUUID(), ...more }: { key?: string; [field: string]: unknown } = {},
  ): Promise<Answer<Order & Fault>> {
    const body = { customerId, lines, paymentMethod: 'test_ok', ...more };
    return this.post('/v1/orders', body, { 'idempotency-key': key });
  }

  order(id: string): Promise<Answer<Order & Fault>> {
    return this.get(`/v1/orders/${id}`);
  }

  customer(id: string): Promise<Answer<Customer & Fault>> {
    return this.get(`/v1/customers/${id}`);
  }

  orders(customerId: string, query = ''): Promise<Answer<OrderPage & Fault>> {
    return this.get(`/v1/customers/${customerId}/orders${query}`);
  }

  get<Body>(path: string): Promise<Answer<Body>> {
    return this.send<Body>(path, {});
  }

  post<Body>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer<Body>> {
    return this.send<Body>(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  put<Body>(path: string, body: unknown): Promise<Answer<Body>> {
    return this.send<Body>(path, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  private async send<Body>(path: string, init: RequestInit): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${path}`, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Body };
  }
}
