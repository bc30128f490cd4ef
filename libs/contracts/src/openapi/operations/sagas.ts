import { UnfinishedSagaList, UnfinishedSagaQuery } from '../../http/sagas.ts';
import { type Operation } from '../operation.ts';
import { queryParameters } from '../parameters.ts';

export const sagaOperations: readonly Operation[] = [
  {
    tag: 'shards',
    forOperators: true,
    method: 'get',
    path: '/v1/admin/sagas',
    operationId: 'listUnfinishedSagas',
    summary:
      'Lists at most 100 sagas that have not ended, oldest first. The service keeps retrying a stuck saga',
    parameters: queryParameters(UnfinishedSagaQuery),
    success: { status: 200, schema: UnfinishedSagaList },
    problems: ['InvalidRequest'],
  },
];
