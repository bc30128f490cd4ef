import {
  Customer,
  DeadLetterList,
  Order,
  OrderPage,
  type PlaceOrder,
  Product,
  type Region,
  TopProducts,
} from '@groundwork/contracts';
import { eventually } from '@groundwork/testing';
import { randomUUID } from 'node:crypto';
import { type Answer } from './answer.ts';
import { send, type Outgoing } from './send.ts';
import { sendSurely } from './send-surely.ts';

const SETTLED_WITHIN_MS = 60_000;

/** The shop as its customers see it: HTTP through the gateways, in turn. */
export class Shop {
  private readonly gateways: readonly string[];
  private turn = 0;

  constructor(gateways: readonly string[]) {
    this.gateways = gateways;
  }

  request(path: string, outgoing?: Outgoing): Promise<Answer> {
    this.turn = (this.turn + 1) % this.gateways.length;
    return send(`${this.gateways[this.turn]}${path}`, outgoing);
  }

  /** Creates a new customer, so that suites can run again on the same data. */
  async newCustomer(region: Region = 'eu'): Promise<Customer> {
    const json = { email: `e2e-${randomUUID()}@example.com`, name: 'Ada Example', region };
    return (await this.request('/v1/customers', { json })).as(201, Customer);
  }

  place(order: PlaceOrder, key: string = randomUUID()): Promise<Answer> {
    return this.request('/v1/orders', { json: order, headers: { 'idempotency-key': key } });
  }

  /** Places an order and retries while parts of the platform are down; the key makes the retries safe. */
  async placeSurely(order: PlaceOrder, key: string = randomUUID()): Promise<Order> {
    return (await sendSurely(() => this.place(order, key))).as(201, Order);
  }

  async order(id: string): Promise<Order> {
    return (await sendSurely(() => this.request(`/v1/orders/${id}`))).as(200, Order);
  }

  /** Waits until the order is confirmed or rejected, and returns it. */
  settled(id: string, within = SETTLED_WITHIN_MS): Promise<Order> {
    return eventually(
      async () => {
        const order = await this.order(id);
        if (order.status === 'pending') throw new Error(`Order ${id} is still pending.`);
        return order;
      },
      { within },
    );
  }

  async page(customerId: string, limit: number, cursor?: string): Promise<OrderPage> {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor !== undefined && { cursor }) });
    return (await this.request(`/v1/customers/${customerId}/orders?${query}`)).as(200, OrderPage);
  }

  async product(sku: string): Promise<Product> {
    return (await this.request(`/v1/products/${sku}`)).as(200, Product);
  }

  async topProducts(limit: number): Promise<TopProducts['items']> {
    return (await this.request(`/v1/sales/top-products?limit=${limit}`)).as(200, TopProducts).items;
  }

  async deadLettersOf(key: string, operatorKey: string): Promise<DeadLetterList['items']> {
    const path = `/v1/admin/dead-letters?${new URLSearchParams({ key })}`;
    return (await this.request(path, { headers: { 'x-operator-key': operatorKey } })).as(200, DeadLetterList)
      .items;
  }
}
