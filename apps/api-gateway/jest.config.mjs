import preset from '../../jest.preset.mjs';

// Node ends a quiet connection by itself after 60 to 90 s: a test that waited so long would not notice that ours does not.
export default { ...preset, displayName: 'api-gateway', testTimeout: 30_000 };
