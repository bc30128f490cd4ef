import {
  Consumer,
  ConsumerList,
  PauseConsumer,
  PausedConsumer,
  ResumeConsumer,
} from '../../http/consumers.ts';
import { type Operation } from '../operation.ts';
import { groupParameter } from '../parameters.ts';

const common = { tag: 'consumers', forOperators: true } as const;

export const consumerOperations: readonly Operation[] = [
  {
    ...common,
    method: 'get',
    path: '/v1/admin/consumers',
    operationId: 'listConsumers',
    summary: 'Lists the consumer groups with their members and their lag',
    success: { status: 200, schema: ConsumerList },
  },
  {
    ...common,
    method: 'get',
    path: '/v1/admin/consumers/{group}',
    operationId: 'readConsumer',
    summary: 'Reads the lag of a group by topic and partition, and its pauses',
    parameters: [groupParameter],
    success: { status: 200, schema: Consumer },
    problems: ['InvalidRequest'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/consumers/{group}/pause',
    operationId: 'pauseConsumer',
    summary: 'Pauses a group, or one of its topics; running events finish. Repeatable',
    parameters: [groupParameter],
    body: PauseConsumer,
    success: { status: 200, schema: PausedConsumer },
    problems: ['InvalidRequest', 'ConsumerNotPausable', 'UnknownTopic'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/consumers/{group}/resume',
    operationId: 'resumeConsumer',
    summary: 'Ends the pause of a group or of one of its topics; other pauses stay. Repeatable',
    parameters: [groupParameter],
    body: ResumeConsumer,
    success: { status: 200, schema: PausedConsumer },
    problems: ['InvalidRequest', 'ConsumerNotPausable', 'UnknownTopic'],
  },
];
