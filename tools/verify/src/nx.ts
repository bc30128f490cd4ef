/** `npm run build`, `npm run lint`, `npm run typecheck`: Nx with these arguments, as `npm test` runs it. */
import { fileURLToPath } from 'node:url';
import { atTheTerminal, runNx } from '@groundwork/topology';

const root = fileURLToPath(new URL('../../../', import.meta.url));

process.exitCode = await runNx(root, process.argv.slice(2), atTheTerminal);
