import { fileURLToPath } from 'node:url';
import preset from '../../../../jest.preset.mjs';

/** Tests that fail on purpose, each in a different way. `failing-tests.integration.test.ts` runs them. */
export default {
  ...preset,
  displayName: 'failing',
  testMatch: ['<rootDir>/*.fixture.ts'],
  reporters: [
    'default',
    [
      fileURLToPath(import.meta.resolve('../../../../jest.ending.mjs')),
      { graceMs: 500, silenceMs: Number(process.env.SILENCE_MS ?? 60_000) },
    ],
  ],
};
