import {
  DeadLetterList,
  DeadLetterQuery,
  DeadLetterStats,
  DiscardDeadLetter,
  RedriveDeadLetter,
  ReviewedDeadLetter,
} from '../../http/dead-letters.ts';
import { RedriveJob, RequestRedriveJob } from '../../http/redrive-jobs.ts';
import { DryRunQuery } from '../../http/shards.ts';
import { type Operation } from '../operation.ts';
import { letterParameter, queryParameters, redriveJobParameter } from '../parameters.ts';

const common = { tag: 'dead letters', forOperators: true } as const;

export const deadLetterOperations: readonly Operation[] = [
  {
    ...common,
    method: 'get',
    path: '/v1/admin/dead-letters',
    operationId: 'listDeadLetters',
    summary: 'Lists the events that consumers gave up on, newest first',
    parameters: queryParameters(DeadLetterQuery),
    success: { status: 200, schema: DeadLetterList },
    problems: ['InvalidRequest'],
  },
  {
    ...common,
    method: 'get',
    path: '/v1/admin/dead-letters/stats',
    operationId: 'countDeadLetters',
    summary: 'Counts letters by status, type, error and hour, and names the open incidents',
    success: { status: 200, schema: DeadLetterStats },
  },
  {
    ...common,
    method: 'get',
    path: '/v1/admin/dead-letters/{id}',
    operationId: 'readDeadLetter',
    summary: 'Reads a letter and what was done about it',
    parameters: [letterParameter],
    success: { status: 200, schema: ReviewedDeadLetter },
    problems: ['InvalidRequest'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/dead-letters/{id}/redrive',
    operationId: 'redriveDeadLetter',
    summary: 'Sends the event to its consumer again, as it is (repeatable) or with another payload (once)',
    parameters: [letterParameter],
    body: RedriveDeadLetter,
    success: { status: 200, schema: ReviewedDeadLetter },
    problems: ['InvalidRequest', 'LetterConflict', 'UnredrivableLetter'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/dead-letters/{id}/discard',
    operationId: 'discardDeadLetter',
    summary: 'Gives the event up, with a reason',
    parameters: [letterParameter],
    body: DiscardDeadLetter,
    success: { status: 200, schema: ReviewedDeadLetter },
    problems: ['InvalidRequest', 'LetterConflict'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/dead-letter-redrives',
    operationId: 'requestRedriveJob',
    summary: 'Sends the open letters that meet a filter again, at a rate',
    parameters: queryParameters(DryRunQuery),
    body: RequestRedriveJob,
    success: { status: 201, schema: RedriveJob },
    problems: ['InvalidRequest'],
  },
  {
    ...common,
    method: 'get',
    path: '/v1/admin/dead-letter-redrives/{id}',
    operationId: 'readRedriveJob',
    summary: 'Reads how far a job is',
    parameters: [redriveJobParameter],
    success: { status: 200, schema: RedriveJob },
    problems: ['InvalidRequest'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/dead-letter-redrives/{id}/cancel',
    operationId: 'cancelRedriveJob',
    summary: 'Stops a job; what it has sent stays sent',
    parameters: [redriveJobParameter],
    success: { status: 200, schema: RedriveJob },
    problems: ['InvalidRequest', 'RedriveJobOver'],
  },
];
