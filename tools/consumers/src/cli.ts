/** `npm run consumers -- COMMAND`: shows the consumer groups and their lag, and pauses and resumes them. */
import { runCommandLine } from '@groundwork/operator-cli';
import { lag } from './commands/lag.ts';
import { list } from './commands/list.ts';
import { pause } from './commands/pause.ts';
import { resume } from './commands/resume.ts';
import { ConsumersAdmin } from './consumers-admin.ts';

await runCommandLine({
  name: 'consumers',
  about: 'shows the consumer groups of the running platform and their lag; pauses and resumes them',
  commands: { list, lag, pause, resume },
  guide: 'docs/operations.md, Pausing consumers',
  admin: (client) => new ConsumersAdmin(client),
});
