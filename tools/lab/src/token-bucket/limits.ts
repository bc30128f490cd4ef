import { ratePolicy } from '@groundwork/rate-limiting';

/** The limit of the peer, the same for both versions. */
export const CAPACITY = 10;
export const RATE_PER_SECOND = 100;

export const PROCESSES = 8;

export const POLICY = ratePolicy({ name: 'lab', capacity: CAPACITY, ratePerSecond: RATE_PER_SECOND });
