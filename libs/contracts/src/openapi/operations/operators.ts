import { CatalogueEntry, ChangePrice } from '../../http/catalogue.ts';
import { PinTenant, TenantPin } from '../../http/tenants.ts';
import { type Operation } from '../operation.ts';
import { skuParameter, tenantParameter } from '../parameters.ts';

export const operatorOperations: readonly Operation[] = [
  {
    method: 'put',
    path: '/v1/admin/catalogue/{sku}',
    operationId: 'changePrice',
    tag: 'operators',
    summary: 'Changes the price of a product, on all shards or on none',
    parameters: [skuParameter],
    body: ChangePrice,
    success: { status: 200, schema: CatalogueEntry },
    problems: ['InvalidRequest'],
    forOperators: true,
  },
  {
    method: 'get',
    path: '/v1/admin/tenants/{tenant}',
    operationId: 'readTenantPin',
    tag: 'operators',
    summary: 'Reads the slot that the customers of a tenant are stored in',
    parameters: [tenantParameter],
    success: { status: 200, schema: TenantPin },
    problems: ['InvalidRequest'],
    forOperators: true,
  },
  {
    method: 'put',
    path: '/v1/admin/tenants/{tenant}',
    operationId: 'pinTenant',
    tag: 'operators',
    summary: 'Pins the customers of a tenant to a slot',
    parameters: [tenantParameter],
    body: PinTenant,
    success: { status: 200, schema: TenantPin },
    problems: ['InvalidRequest', 'TenantInUse'],
    forOperators: true,
  },
];
