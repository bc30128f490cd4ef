import { BY, EXIT, usageError } from '@groundwork/operator-cli';
import { type Command, TOPIC, wishOf } from '../command.ts';
import { describePause } from '../describe.ts';

export const pause: Command = {
  usage: 'pause GROUP [--topic TOPIC] --reason TEXT',
  about:
    'lets a group stand still, or what it reads of a topic: what runs ends, nothing more starts. Repeatable',
  options: {
    topic: TOPIC,
    reason: { type: 'string', value: 'TEXT', about: 'why, for those who find it so' },
    by: BY,
  },
  words: [1, 1],

  async run({ admin, output, flags, words: [group = ''] }) {
    const reason = String(flags['reason'] ?? '').trim();
    if (reason === '') throw usageError('--reason TEXT: say why, for those who find it paused');
    const { topic, ...wish } = wishOf(flags);
    const paused = await admin.pause(group, { ...wish, reason, ...(topic !== undefined && { topic }) });
    const own = paused.pauses.find((one) => one.topic === (topic ?? null));
    const words = paused.changed
      ? `${group} is paused${topic === undefined ? '' : ` on ${topic}`}: what runs ends, and within about a second nothing more starts.`
      : `Nothing has changed: it was paused before.${own === undefined ? '' : `\n${describePause(own)}`}`;
    output.result(paused, words);
    return EXIT.done;
  },
};
