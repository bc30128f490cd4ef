import preset from '../../jest.preset.mjs';

// Node closes an idle connection by itself after 60 to 90 s, so a longer test could not tell whether the gateway closes it.
export default { ...preset, displayName: 'api-gateway', testTimeout: 30_000 };
