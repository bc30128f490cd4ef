/** `npm run dlq -- COMMAND`: shows the events that consumers gave up on, and redrives or discards them. */
import { runCommandLine } from '@groundwork/operator-cli';
import { LEFT } from './command.ts';
import { discard } from './commands/discard.ts';
import { list } from './commands/list.ts';
import { redrive } from './commands/redrive.ts';
import { show } from './commands/show.ts';
import { stats } from './commands/stats.ts';
import { DeadLetterAdmin } from './dead-letter-admin.ts';

await runCommandLine({
  name: 'dlq',
  about: 'shows the events that consumers gave up on, and redrives or discards them',
  commands: { list, show, redrive, discard, stats },
  statuses: { [LEFT]: 'interrupted, the redrive continues' },
  guide: 'docs/dead-letters.md',
  admin: (client) => new DeadLetterAdmin(client),
});
