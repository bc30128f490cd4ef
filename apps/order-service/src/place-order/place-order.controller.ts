import { type Order, PlaceOrder } from '@groundwork/contracts';
import { requireIdempotencyKey, ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { abortWhenClientLeaves } from '../ask-all-shards/abort-when-client-leaves.ts';
import { PlaceOrderUseCase } from './place-order.ts';

@Controller('v1/orders')
export class PlaceOrderController {
  constructor(@Inject(PlaceOrderUseCase) private readonly useCase: PlaceOrderUseCase) {}

  @Post()
  @HttpCode(201)
  async place(
    @Headers('idempotency-key') key: string | undefined,
    @Body(new ZodPipe(PlaceOrder)) body: PlaceOrder,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Order> {
    const { order, replayed } = await this.useCase.place(
      requireIdempotencyKey(key),
      body,
      abortWhenClientLeaves(reply),
    );
    void reply.header('location', `/v1/orders/${order.id}`);
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return order;
  }
}
