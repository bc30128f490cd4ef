/** `npm run consumers -- COMMAND`: the consumer groups, how far they are, and whether they may go on. */
import { runCommandLine } from '@groundwork/operator-cli';
import { lag } from './commands/lag.ts';
import { list } from './commands/list.ts';
import { pause } from './commands/pause.ts';
import { resume } from './commands/resume.ts';
import { ConsumersAdmin } from './consumers-admin.ts';

await runCommandLine({
  name: 'consumers',
  about: 'the consumer groups of the running platform, how far they are, and whether they may go on',
  commands: { list, lag, pause, resume },
  guide: 'docs/operations.md, Pausing consumers',
  admin: (client) => new ConsumersAdmin(client),
});
