import preset from '../../jest.preset.mjs';

export default {
  ...preset,
  displayName: 'messaging',
  globalSetup: '../../libs/testing/src/global-setup.ts',
  globalTeardown: '../../libs/testing/src/global-teardown.ts',
};
