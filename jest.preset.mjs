import { fileURLToPath } from 'node:url';

const here = (file) => fileURLToPath(import.meta.resolve(file));

/**
 * Settings shared by the Jest runs of all projects: native ESM, TypeScript with decorators through SWC, libraries from their
 * sources.
 */
export default {
  testEnvironment: here('./jest.environment.mjs'),
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/'],
  testEnvironmentOptions: { customExportConditions: ['@groundwork/source', 'node', 'node-addons'] },
  reporters: ['default', here('./jest.report.mjs'), here('./jest.ending.mjs')],
  // Ends a test that hangs. A busy machine can be ten times slower than an idle one.
  testTimeout: 120_000,
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
