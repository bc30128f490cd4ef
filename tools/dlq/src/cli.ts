/** `npm run dlq -- COMMAND`: events that consumers gave up on, and what to do about them. */
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
  about: 'events that consumers gave up on, and what to do about them',
  commands: { list, show, redrive, discard, stats },
  statuses: { [LEFT]: 'left a redrive that goes on' },
  guide: 'docs/dead-letters.md',
  admin: (client) => new DeadLetterAdmin(client),
});
