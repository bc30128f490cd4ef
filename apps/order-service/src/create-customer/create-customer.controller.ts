import { CreateCustomer, type Customer } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, HttpCode, Inject, Post, Res } from '@nestjs/common';
import { type FastifyReply } from 'fastify';
import { CreateCustomerUseCase } from './create-customer.ts';

@Controller('v1/customers')
export class CreateCustomerController {
  constructor(@Inject(CreateCustomerUseCase) private readonly useCase: CreateCustomerUseCase) {}

  @Post()
  @HttpCode(201)
  async create(
    @Body(new ZodPipe(CreateCustomer)) body: CreateCustomer,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Customer> {
    const customer = await this.useCase.create(body);
    void reply.header('location', `/v1/customers/${customer.id}`);
    return customer;
  }
}
