import { describe, expect, it, jest } from '@jest/globals';
import { ratePolicy } from '@groundwork/rate-limiting';
import { parseEnvironment } from '@groundwork/service-kit';
import { environment, PUBLISHED_OPERATOR_KEY } from '../config.ts';
import { makeOperatorKey } from './make-operator-key.ts';

const FAILURES = {
  operatorKeyFailures: ratePolicy({ name: 'operator-key-failures', capacity: 10, ratePerSecond: 0.1 }),
};

describe('the published operator key', () => {
  const parse = (change: Record<string, string>) =>
    parseEnvironment(environment, {
      LISTEN_ADDRESS: '127.0.0.1:0',
      REDIS_STATE_URL: 'redis://127.0.0.1:6379',
      OPERATOR_KEY: PUBLISHED_OPERATOR_KEY,
      ...change,
    });

  it.each([
    ['a local topology', { NODE_ENV: 'production', TOPOLOGY: 'local' }],
    ['development', { NODE_ENV: 'development' }],
  ])('is accepted in %s, with a warning at start', (_, change) => {
    const logger = { warn: jest.fn() };
    const key = makeOperatorKey(parse(change), FAILURES, logger);
    expect(key.refusal(PUBLISHED_OPERATOR_KEY, '192.0.2.1')).toBeUndefined();
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('OPERATOR_KEY is the published default'),
    );
  });

  it.each([{}, { TOPOLOGY: 'cluster' }])(
    'is refused in production outside a local topology (%j)',
    (change) => {
      expect(() => parse({ NODE_ENV: 'production', ...change })).toThrow(
        /OPERATOR_KEY=groundwork-operator: .*TOPOLOGY=local/,
      );
    },
  );

  it('causes no warning when another key is set', () => {
    const logger = { warn: jest.fn() };
    makeOperatorKey(
      parse({ NODE_ENV: 'production', OPERATOR_KEY: 'a-key-of-our-own-choice' }),
      FAILURES,
      logger,
    );
    expect(logger.warn).not.toHaveBeenCalled();
  });
});
