/** `npm run shards -- COMMAND`: shows shards, and moves slots between them. */
import { runCommandLine } from '@groundwork/operator-cli';
import { FAULTY } from './command.ts';
import { add } from './commands/add.ts';
import { move } from './commands/move.ts';
import { plan } from './commands/plan.ts';
import { rebalance } from './commands/rebalance.ts';
import { sagas } from './commands/sagas.ts';
import { status } from './commands/status.ts';
import { abandon, drop, reverse, switchOver, verify } from './commands/wishes.ts';
import { ShardAdmin } from './shard-admin.ts';

await runCommandLine({
  name: 'shards',
  about: 'shows the shards of the running platform, and moves slots between them',
  commands: { status, plan, add, move, verify, switch: switchOver, reverse, drop, abandon, rebalance, sagas },
  statuses: { [FAULTY]: 'both sides differ' },
  guide: 'docs/sharding.md',
  admin: (client) => new ShardAdmin(client),
});
