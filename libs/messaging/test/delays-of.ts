import { type RetryDelay } from '@groundwork/dlq';

export const delaysOf = (...ms: number[]): RetryDelay[] => ms.map((one) => ({ name: `${one}ms`, ms: one }));
