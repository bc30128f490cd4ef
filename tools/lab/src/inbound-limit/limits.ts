import { ratePolicy } from '@groundwork/rate-limiting';

/** Requests per window, the same for both versions. */
export const LIMIT = 100;
export const WINDOW_SECONDS = 10;

export const PROCESSES = 4;

export const POLICY = ratePolicy({ name: 'lab', capacity: LIMIT, ratePerSecond: LIMIT / WINDOW_SECONDS });
