import { type CatalogueEntry, ChangePrice, Sku } from '@groundwork/contracts';
import { ZodPipe } from '@groundwork/service-kit';
import { Body, Controller, Inject, Param, Put } from '@nestjs/common';
import { ChangePriceUseCase } from './change-price.ts';

@Controller('v1/admin/catalogue')
export class ChangePriceController {
  constructor(@Inject(ChangePriceUseCase) private readonly useCase: ChangePriceUseCase) {}

  @Put(':sku')
  change(
    @Param('sku', new ZodPipe(Sku, { in: 'path' })) sku: string,
    @Body(new ZodPipe(ChangePrice)) { price }: ChangePrice,
  ): Promise<CatalogueEntry> {
    return this.useCase.change(sku, price);
  }
}
