import { describe, expect, it, jest } from '@jest/globals';
import { parseEnvironment } from '@groundwork/service-kit';
import { environment, PUBLISHED_OPERATOR_KEY } from '../config.ts';
import { makeOperatorKey } from './make-operator-key.ts';

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
  ])('opens %s, with a warning at the start', (_, change) => {
    const logger = { warn: jest.fn() };
    const key = makeOperatorKey(parse(change), logger);
    expect(() => key.check(PUBLISHED_OPERATOR_KEY)).not.toThrow();
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('OPERATOR_KEY is the published default'),
    );
  });

  it.each([{}, { TOPOLOGY: 'cluster' }])('is refused in production elsewhere (%j)', (change) => {
    expect(() => parse({ NODE_ENV: 'production', ...change })).toThrow(
      /OPERATOR_KEY=groundwork-operator: .*TOPOLOGY=local/,
    );
  });

  it('is not what another key is taken for', () => {
    const logger = { warn: jest.fn() };
    makeOperatorKey(parse({ NODE_ENV: 'production', OPERATOR_KEY: 'a-key-of-our-own-choice' }), logger);
    expect(logger.warn).not.toHaveBeenCalled();
  });
});
