import { DeadLetterList, DeadLetterQuery } from '../../http/dead-letters.ts';
import { type Operation } from '../operation.ts';
import { queryParameters } from '../parameters.ts';

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
];
