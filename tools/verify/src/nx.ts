/** `npm run build`, `npm run lint`, `npm run typecheck`: runs Nx with these arguments, in the same way as `npm test`. */
import { fileURLToPath } from 'node:url';
import { atTheTerminal, runNx } from '@groundwork/topology';

const root = fileURLToPath(new URL('../../../', import.meta.url));

process.exitCode = await runNx(root, process.argv.slice(2), atTheTerminal);
