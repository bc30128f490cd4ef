import { DRY_RUN, EXIT } from '@groundwork/operator-cli';
import { type Command } from '../command.ts';

export const add: Command = {
  usage: 'add NAME',
  about:
    'makes an empty database a shard: schema, reference tables, directory; it owns no slots yet. Repeatable',
  options: {
    url: { type: 'string', value: 'URL', about: 'the address at which the services reach the database' },
    'dry-run': DRY_RUN,
  },
  words: [1, 1],

  async run({ admin, output, flags, words: [name] }) {
    const url = flags['url'] as string | undefined;
    if (flags['dry-run'] === true) {
      const { shards } = await admin.shards();
      const known = shards.find((shard) => shard.name === name);
      const words =
        known === undefined
          ? `Would migrate the database of ${name}, copy the reference tables and register it.`
          : `${name} is already a shard (${known.address}, ${known.slots} slots); would bring its schema up to date.`;
      output.result({ dryRun: true, name, registered: known !== undefined }, words);
      return EXIT.done;
    }
    const shard = await admin.addShard(name as string, url);
    output.result(shard, `${shard.name} is a shard at ${shard.address}; it owns ${shard.slots} slots.`);
    return EXIT.done;
  },
};
