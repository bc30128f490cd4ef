import { type DeadLetter } from '@groundwork/contracts';
import { EXIT, usageError } from '@groundwork/operator-cli';
import { type Command } from '../command.ts';
import { describeLetter } from '../describe/describe-letter.ts';
import { payloadFile } from '../describe/describe-payload.ts';
import { writeNew } from '../options/files.ts';
import { letterId } from '../options/ids.ts';

export const show: Command = {
  usage: 'show ID',
  about: 'shows a dead letter: failures, headers, payload, decisions, and the next commands',
  options: {
    save: { type: 'string', value: 'FILE', about: 'write its payload to a new file, for editing' },
  },
  words: [1, 1],

  async run({ admin, output, flags, words }) {
    const reviewed = await admin.letter(letterId(words));
    const path = flags['save'] as string | undefined;
    const file = path === undefined ? undefined : save(reviewed.letter, path);
    output.result(reviewed, describeLetter(reviewed, Date.now()));
    if (file !== undefined) output.note(`Payload saved to ${file}`);
    return EXIT.done;
  },
};

function save(letter: DeadLetter, path: string): string {
  const content = payloadFile(letter);
  if (content === undefined) throw usageError(`--save ${path}: dead letter ${letter.id} has no payload`);
  return writeNew(path, content);
}
