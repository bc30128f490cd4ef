import { BY, EXIT } from '@groundwork/operator-cli';
import { type Command, TOPIC, wishOf } from '../command.ts';
import { describePause } from '../describe.ts';

export const resume: Command = {
  usage: 'resume GROUP [--topic TOPIC]',
  about: 'ends the pause of a group or of a topic; other pauses remain. Repeatable',
  options: { topic: TOPIC, by: BY },
  words: [1, 1],

  async run({ admin, output, flags, words: [group = ''] }) {
    const wish = wishOf(flags);
    const resumed = await admin.resume(group, wish);
    const what = wish.topic === undefined ? group : `${group} on ${wish.topic}`;
    const outcome = resumed.changed
      ? `${what} is resumed: its members detect this within about a second.`
      : `Nothing has changed: ${what} was not paused.`;
    output.result(resumed, [outcome, ...resumed.pauses.map(describePause)].join('\n'));
    return EXIT.done;
  },
};
