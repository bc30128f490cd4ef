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
      'Lists sagas that have not ended, the oldest first, at most 100. One that is stuck is retried all the while',
    parameters: queryParameters(UnfinishedSagaQuery),
    success: { status: 200, schema: UnfinishedSagaList },
    problems: ['InvalidRequest'],
  },
];
