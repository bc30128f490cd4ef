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
    summary: 'Reads the lag of a group by topic and partition, and what is paused of it',
    parameters: [groupParameter],
    success: { status: 200, schema: Consumer },
    problems: ['InvalidRequest'],
  },
  {
    ...common,
    method: 'post',
    path: '/v1/admin/consumers/{group}/pause',
    operationId: 'pauseConsumer',
    summary: 'Lets a group, or what it reads of a topic, stand still; what runs ends. Repeatable',
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
    summary: 'Ends one pause, of the group or of a topic; others stay. Repeatable',
    parameters: [groupParameter],
    body: ResumeConsumer,
    success: { status: 200, schema: PausedConsumer },
    problems: ['InvalidRequest', 'ConsumerNotPausable', 'UnknownTopic'],
  },
];
