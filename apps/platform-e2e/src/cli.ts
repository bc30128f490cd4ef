/**
 * `npm run e2e`: runs the suites on a separate platform, or with `--base-url` on the one that Docker runs from this folder.
 */
import { spawn } from 'node:child_process';
import { parseOptions } from '../../../tools/run/parse-options.mjs';

const HELP = `npm run e2e [-- --base-url URL] [SUITE …]

Runs the end-to-end and crash suites on a separate platform (natively, on free ports, beside other platforms), or on the
platform that Docker runs from this folder, through the gateway at URL. SUITE is a part of a suite's file name.

  npm run e2e                                              all suites
  npm run e2e -- golden crash                              two suites
  npm run e2e -- --base-url http://127.0.0.1:8080          against \`docker compose up\`
`;

const { values, positionals } = parseOptions({
  allowPositionals: true,
  options: { help: { type: 'boolean', short: 'h' }, 'base-url': { type: 'string' } },
});
if (values.help === true) {
  process.stdout.write(HELP);
  process.exit(0);
}

const baseUrl = values['base-url'];
if (baseUrl !== undefined && !URL.canParse(baseUrl)) {
  process.stderr.write(`--base-url: expected a URL such as http://127.0.0.1:8080, got ${baseUrl}\n`);
  process.exit(2);
}

const suites = positionals.length === 0 ? [] : ['--', ...positionals];
const child = spawn(
  'nx',
  ['run', '@groundwork/platform-e2e:e2e', '--output-style=stream-without-prefixes', ...suites],
  {
    stdio: 'inherit',
    env: { ...process.env, ...(baseUrl !== undefined && { E2E_BASE_URL: baseUrl }) },
  },
);
child.on('error', (error) => {
  process.stderr.write(`nx could not be started (\`npm ci\` installs it): ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
