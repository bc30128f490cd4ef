import { type Consumer } from '@groundwork/contracts';
import { EXIT, noteOnce, watchUntil } from '@groundwork/operator-cli';
import { type Command, type Invocation } from '../command.ts';
import { describeLag, describePause } from '../describe.ts';
import { lagProgress } from '../lag-progress.ts';

/** The rate limit of the operators' routes is shared by all operators. */
const EVERY_MS = 1_000;

export const lag: Command = {
  usage: 'lag GROUP [--watch]',
  about: 'shows the lag of a group by topic and partition, and its pauses',
  options: {
    watch: { type: 'boolean', about: 'show the lag until it is 0; Ctrl-C ends only the watching' },
    all: { type: 'boolean', about: 'also partitions without lag' },
  },
  words: [1, 1],

  async run({ admin, output, flags, words: [group = ''] }) {
    const consumer =
      flags['watch'] === true ? await watchLag({ admin, output }, group) : await admin.read(group);
    output.result(consumer, describeLag(consumer, { all: flags['all'] === true }));
    return EXIT.done;
  },
};

function watchLag({ admin, output }: Pick<Invocation, 'admin' | 'output'>, group: string): Promise<Consumer> {
  const tell = noteOnce(output);
  let first: { readonly lag: bigint; readonly at: number } | undefined;
  return watchUntil({
    read: () => admin.read(group),
    isOver(consumer) {
      first ??= { lag: BigInt(consumer.lag), at: performance.now() };
      const over = consumer.lag === '0';
      for (const pause of consumer.pauses ?? []) tell(describePause(pause).replace(/^ {2}! /, ''));
      output.progress(lagProgress(consumer, first.lag, performance.now() - first.at), { last: over });
      return over;
    },
    tell,
    everyMs: EVERY_MS,
  });
}
