import { BY, EXIT, usageError } from '@groundwork/operator-cli';
import { type Command, TOPIC, wishOf } from '../command.ts';
import { describePause } from '../describe.ts';

export const pause: Command = {
  usage: 'pause GROUP [--topic TOPIC] --reason TEXT',
  about: 'pauses a group, or one of its topics: running handlers finish, and no new ones start. Repeatable',
  options: {
    topic: TOPIC,
    reason: { type: 'string', value: 'TEXT', about: 'the reason, shown to other operators' },
    by: BY,
  },
  words: [1, 1],

  async run({ admin, output, flags, words: [group = ''] }) {
    const reason = String(flags['reason'] ?? '').trim();
    if (reason === '')
      throw usageError('--reason TEXT: expected a reason, for operators who find the group paused');
    const { topic, ...wish } = wishOf(flags);
    const paused = await admin.pause(group, { ...wish, reason, ...(topic !== undefined && { topic }) });
    const own = paused.pauses.find((one) => one.topic === (topic ?? null));
    const words = paused.changed
      ? `${group} is paused${topic === undefined ? '' : ` on ${topic}`}: running handlers finish, and within about a second no new ones start.`
      : `Nothing has changed: it was already paused.${own === undefined ? '' : `\n${describePause(own)}`}`;
    output.result(paused, words);
    return EXIT.done;
  },
};
