import { z } from 'zod';

/** A saga that has not ended. */
export const UnfinishedSaga = z
  .strictObject({
    id: z.string(),
    saga: z.string().describe('The kind of the saga'),
    slot: z.int().min(0).describe('The slot that holds the log of the saga'),
    state: z.enum(['running', 'compensating']),
    step: z.int().min(0).describe('Running: steps done. Compensating: steps left to compensate'),
    begunAt: z.iso.datetime(),
  })
  .meta({ id: 'UnfinishedSaga' });
export type UnfinishedSaga = z.infer<typeof UnfinishedSaga>;

export const UnfinishedSagaList = z
  .strictObject({ items: z.array(UnfinishedSaga) })
  .meta({ id: 'UnfinishedSagaList' });
export type UnfinishedSagaList = z.infer<typeof UnfinishedSagaList>;

const SECONDS = 'expected whole seconds from 0 to 31536000';

export const UnfinishedSagaQuery = z.strictObject({
  olderThan: z
    .stringFormat('seconds', /^\d{1,8}$/)
    .refine((text) => Number(text) <= 31_536_000, SECONDS)
    .default('60')
    .describe('Returns only sagas that started at least so many seconds ago'),
});
export type UnfinishedSagaQuery = z.infer<typeof UnfinishedSagaQuery>;
