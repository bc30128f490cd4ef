import preset from '../../jest.preset.mjs';

/** Runs the end-to-end and crash suites one after the other, in one process (`--runInBand`), on one running platform. */
export default {
  ...preset,
  displayName: 'e2e',
  testMatch: ['<rootDir>/src/suites/**/*.test.ts'],
  testEnvironment: '<rootDir>/src/run/topology.environment.ts',
  testSequencer: '<rootDir>/src/run/reading-order.sequencer.ts',
  globalSetup: '<rootDir>/src/run/start-platform.ts',
  globalTeardown: '<rootDir>/src/run/leave-platform.ts',
  // A suite may wait for two recoveries of up to two minutes each before it reports a failure.
  testTimeout: 300_000,
  verbose: true,
  reporters: preset.reporters.map((reporter) => {
    if (reporter.endsWith('jest.report.mjs')) return [reporter, { file: 'e2e.json' }];
    // The teardown stops the platform: each of its processes may take as long as its shutdown.
    return reporter.endsWith('jest.ending.mjs') ? [reporter, { graceMs: 60_000 }] : reporter;
  }),
};
