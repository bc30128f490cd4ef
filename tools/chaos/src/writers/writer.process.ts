/** One writer in its own process: its parent sends it commands, and it ends with its parent. */
import { type Command, type Report } from './messages.ts';
import { Writer } from './writer.ts';

const TELL_EVERY_MS = 250;

let writer: Writer | undefined;

const leaveWithParent = () => process.exit(1);
process.on('disconnect', leaveWithParent);
process.on('message', (command: Command) => {
  if (command.type === 'finish') writer?.finish();
  else void run(new Writer(command.options));
});

async function run(begun: Writer): Promise<void> {
  writer = begun;
  const telling = setInterval(
    () => tell({ type: 'progress', accepted: begun.accepted.length, failed: begun.failures.length }),
    TELL_EVERY_MS,
  );
  const writings = await begun.run();
  clearInterval(telling);
  process.off('disconnect', leaveWithParent);
  // The channel is closed only after the report is sent, because an unsent message would be lost.
  tell({ type: 'finished', ...writings }, () => process.disconnect());
}

function tell(report: Report, whenSent: () => void = () => undefined): void {
  process.send?.(report, undefined, undefined, whenSent);
}
