import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'cache-service',
  globalSetup: '../../libs/testing/src/global-setup.ts',
  globalTeardown: '../../libs/testing/src/global-teardown.ts',
  // Each test starts its own Redis, and its own Kafka, because the topic of invalidations has a fixed name.
  globals: { groundwork: { servers: ['postgres'] } },
};
