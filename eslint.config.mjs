import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

/** Imports that are forbidden in a core and in a contract: frameworks and drivers belong in `adapters/`. */
const FRAMEWORKS_AND_DRIVERS = ['@nestjs/*', 'typeorm', 'kafkajs', 'ioredis', 'pg'];

/** Apps have no exports, so Nx cannot resolve an import of an app by name and would accept it. */
const APPS = readdirSync(new URL('./apps', import.meta.url)).map((app) => `@groundwork/${app}`);

/** Rejects the same names in `import … from` and in `import()`, which `no-restricted-imports` does not check. */
function refuseImports(...refusals) {
  return {
    'no-restricted-imports': [
      'error',
      { patterns: refusals.map(({ names, message }) => ({ group: names, message })) },
    ],
    'no-restricted-syntax': [
      'error',
      ...refusals.map(({ names, message }) => ({
        selector: `ImportExpression > Literal[value=/^(${names.join('|').replaceAll('/', '\\u002F').replaceAll('*', '.*')})(\\u002F|$)/]`,
        message,
      })),
    ],
  };
}

const NO_APP = { names: APPS, message: 'Do not import an app: share code through a library.' };
const NO_DRIVER = {
  names: FRAMEWORKS_AND_DRIVERS,
  message: 'A core must not import a framework or a driver: put this into adapters/.',
};

export default tseslint.config(
  { ignores: ['**/dist', '**/.nx', '**/.groundwork', '**/test-results'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      ...refuseImports(NO_APP),
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          enforceBuildableLibDependency: true,
          // Plain JavaScript beside tools/run.mjs: a command line reads its options before it can compile anything.
          allow: [String.raw`^[./]+(tools/)?run/parse-options\.mjs$`],
          depConstraints: [
            {
              sourceTag: 'type:app',
              onlyDependOnLibsWithTags: ['type:platform', 'type:core', 'type:contract'],
            },
            {
              // The gateway routes requests; it contains no business code and owns no data.
              sourceTag: 'scope:api-gateway',
              notDependOnLibsWithTags: ['scope:sharding', 'scope:messaging', 'scope:dlq'],
              bannedExternalImports: ['typeorm', 'pg', 'kafkajs'],
            },
            { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:core', 'type:contract'] },
            { sourceTag: 'type:core', onlyDependOnLibsWithTags: ['type:core'] },
            {
              sourceTag: 'type:contract',
              onlyDependOnLibsWithTags: [],
              bannedExternalImports: FRAMEWORKS_AND_DRIVERS,
            },
            {
              sourceTag: 'type:testing',
              onlyDependOnLibsWithTags: ['type:tool', 'type:core', 'type:contract'],
            },
            {
              sourceTag: 'type:tool',
              onlyDependOnLibsWithTags: [
                'type:tool',
                'type:testing',
                'type:core',
                'type:contract',
                'type:platform',
              ],
            },
            {
              sourceTag: 'type:e2e',
              onlyDependOnLibsWithTags: ['type:tool', 'type:testing', 'type:contract', 'type:core'],
            },
          ],
        },
      ],
    },
  },
  {
    // Tests may use the testing library and any driver.
    files: ['**/*.test.ts', '**/*.conformance.ts', '**/test/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': 'off',
      'max-lines': 'off',
    },
  },
  { files: ['libs/*/bench/**/*.ts'], rules: { '@nx/enforce-module-boundaries': 'off' } },
  {
    files: ['libs/{hashing,sharding,caching,rate-limiting,resilience,dlq,flow-control}/src/**/*.ts'],
    ignores: ['**/adapters/**', '**/*.test.ts'],
    rules: refuseImports(NO_APP, NO_DRIVER),
  },
  { files: ['tools/**/*.ts', 'apps/platform-e2e/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['URL', 'clearTimeout', 'process', 'setTimeout'].map((name) => [name, 'readonly']),
      ),
    },
  },
  prettier,
);
