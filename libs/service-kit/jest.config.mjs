import preset from '../../jest.preset.mjs';

// Node closes an idle connection by itself after 60 to 90 s. A shorter limit detects that our own code fails to close it.
export default { ...preset, displayName: 'service-kit', testTimeout: 30_000 };
