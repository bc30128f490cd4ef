import { CreateCustomer, type Customer } from '@groundwork/contracts';
import { optionalIdempotencyKey, ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Headers, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { CreateCustomerUseCase } from './create-customer.ts';

@Controller('v1/customers')
export class CreateCustomerController {
  constructor(@Inject(CreateCustomerUseCase) private readonly useCase: CreateCustomerUseCase) {}

  @Post()
  @HttpCode(201)
  async create(
    @Headers('idempotency-key') key: string | undefined,
    @Body(new ZodPipe(CreateCustomer)) body: CreateCustomer,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Customer> {
    const { customer, replayed } = await this.useCase.create(body, optionalIdempotencyKey(key));
    void reply.header('location', `/v1/customers/${customer.id}`);
    if (replayed) void reply.header('idempotency-replayed', 'true');
    return customer;
  }
}
