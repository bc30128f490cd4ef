import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'caching',
  globalSetup: '../../libs/testing/src/global-setup.ts',
  globalTeardown: '../../libs/testing/src/global-teardown.ts',
  globals: { groundwork: { servers: ['postgres'] } },
};
