import { Id, type Order, TransferOrder } from '@groundwork/contracts';
import { requireIdempotencyKey, ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Headers, HttpCode, Inject, Param, Post, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { TransferOrderUseCase } from './transfer-order.ts';

@Controller('v1/orders')
export class TransferOrderController {
  constructor(@Inject(TransferOrderUseCase) private readonly useCase: TransferOrderUseCase) {}

  @Post(':id/transfer')
  @HttpCode(201)
  async transfer(
    @Param('id', new ZodPipe(Id, { code: 'invalid-id', in: 'path' })) id: string,
    @Headers('idempotency-key') key: string | undefined,
    @Body(new ZodPipe(TransferOrder)) { customerId }: TransferOrder,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Order> {
    const { order, replayed } = await this.useCase.transfer(id, requireIdempotencyKey(key), customerId);
    void reply.header('location', `/v1/orders/${order.id}`);
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return order;
  }
}
