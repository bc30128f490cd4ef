import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'cache-service',
  globalSetup: '../../libs/testing/src/global-setup.ts',
  globalTeardown: '../../libs/testing/src/global-teardown.ts',
  // Redis is private to each test, and so is Kafka: the topic of invalidations has one name on every broker.
  globals: { groundwork: { servers: ['postgres'] } },
};
