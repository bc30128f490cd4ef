import {
  type DeadLetter,
  type DeadLetterAction,
  type RedriveJob,
  type ReviewedDeadLetter,
} from '@groundwork/contracts';

export const LETTER_ID = '5d41402a-bc4b-8a76-b971-9d911017c592';
export const JOB_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';

export const letter = (change: Partial<DeadLetter> = {}): DeadLetter => ({
  id: LETTER_ID,
  consumer: 'event-processor',
  topic: 'inventory.events',
  partition: 3,
  offset: '41',
  key: '250360347248231424',
  eventId: '7b9f1c52-0000-4000-8000-000000000001',
  eventType: 'com.groundwork.stock.reserved.v1',
  attempts: 2,
  error: { code: 'payment-not-understood', message: 'The provider does not understand test_poison' },
  errors: [
    { at: '2026-01-01T12:00:01.000Z', code: 'payment-provider-unavailable', message: 'Not now', attempt: 1 },
    { at: '2026-01-01T12:00:02.500Z', code: 'payment-not-understood', message: 'test_poison', attempt: 2 },
  ],
  headers: { ce_id: '7b9f1c52-0000-4000-8000-000000000001', ce_source: '/event-processor' },
  payload: '{"orderId":"250360347248231424","total":{"minor":9007199254740993},"lines":[]}',
  failedAt: '2026-01-01T12:00:02.500Z',
  lagMs: 2_500,
  redriveOf: null,
  status: 'open',
  statusChangedAt: null,
  ...change,
});

export const action = (change: Partial<DeadLetterAction> = {}): DeadLetterAction => ({
  at: '2026-01-01T13:00:00.000Z',
  action: 'redriven',
  by: 'ada',
  reason: null,
  redriveJob: null,
  eventId: '7b9f1c52-0000-4000-8000-000000000001',
  payload: null,
  ...change,
});

export const reviewed = (
  change: Partial<DeadLetter> = {},
  ...actions: DeadLetterAction[]
): ReviewedDeadLetter => ({ letter: letter(change), actions });

export const job = (change: Partial<RedriveJob> = {}): RedriveJob => ({
  id: JOB_ID,
  status: 'running',
  filter: {},
  ratePerSecond: 50,
  by: 'ada',
  letters: 120,
  redriven: 0,
  skipped: 0,
  requestedAt: '2026-01-01T13:00:00.000Z',
  finishedAt: null,
  ...change,
});
