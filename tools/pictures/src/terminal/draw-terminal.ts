import { picture, text } from '@groundwork/bench/plot';

const MARGIN = 20;
const TOP = 52;
const LINE = 17;
/** The width of one character of a monospaced font of 12 px; its fonts differ by less than this margin. */
const CHARACTER = 7.3;
const STYLE =
  '.out, .title { font-family: ui-monospace, Menlo, Consolas, monospace } .out { white-space: pre }\n';

/** Draws the output of a command as a terminal shows it, as SVG that is readable in light and dark mode. */
export function drawTerminal(command: string, output: string): string {
  const lines = output.trimEnd().split('\n');
  const widest = Math.max(...lines.map((line) => line.length));
  return picture(
    { width: Math.ceil(widest * CHARACTER) + 2 * MARGIN, height: lines.length * LINE + TOP + MARGIN / 2 },
    `$ ${command}`,
    lines.map((line, row) => text(MARGIN, TOP + row * LINE, line, { class: 'out' })),
    STYLE,
  );
}
