import { DeadLetterList, DeadLetterQuery } from '../../http/dead-letters.ts';
import { PinTenant, TenantPin } from '../../http/tenants.ts';
import { type Operation } from '../operation.ts';
import { queryParameters, tenantParameter } from '../parameters.ts';

export const operatorOperations: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/admin/dead-letters',
    operationId: 'listDeadLetters',
    tag: 'operators',
    summary: 'Lists the events that consumers gave up on, newest first',
    parameters: queryParameters(DeadLetterQuery),
    success: { status: 200, schema: DeadLetterList },
    problems: ['InvalidRequest'],
    forOperators: true,
  },
  {
    method: 'get',
    path: '/v1/admin/tenants/{tenant}',
    operationId: 'readTenantPin',
    tag: 'operators',
    summary: 'Tells where the customers of a tenant live',
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
