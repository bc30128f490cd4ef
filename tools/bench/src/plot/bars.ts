import { linearScale, logScale } from './scale.ts';
import { element, picture, text } from './svg.ts';

export interface Bars {
  readonly title: string;
  /** The quantity and its unit. */
  readonly axis: string;
  readonly bars: readonly {
    readonly label: string;
    readonly value: number;
    /** The text at the bar's end; the value by default. */
    readonly shown?: string;
    /** 0 … 5: bars of one kind share a colour. */
    readonly tone?: number;
  }[];
  /** For values that differ by orders of magnitude. A linear scale starts at 0. */
  readonly log?: boolean;
  /** Dashed lines with a label, such as a goal or an ideal value. */
  readonly bounds?: readonly { readonly value: number; readonly label: string }[];
}

const WIDTH = 720;
const LEAST_LEFT = 230;
/** No character of a label is wider on average. */
const CHARACTER = 6.8;
const RIGHT = 80;
const TOP = 62;
const ROW = 26;

/** Draws horizontal bars, one in each row, in the given order. */
export function bars({ title, axis, bars, log = false, bounds = [] }: Bars): string {
  const longest = Math.max(...bars.map(({ label }) => label.length));
  const left = Math.max(LEAST_LEFT, Math.ceil(longest * CHARACTER) + 20);
  const values = [...bars, ...bounds].map(({ value }) => value);
  const scale = log
    ? logScale(Math.min(...values) * 0.9, Math.max(...values))
    : linearScale(0, Math.max(...values));
  const x = (value: number): number => left + scale.at(value) * (WIDTH - left - RIGHT);
  const bottom = TOP + bars.length * ROW;
  return picture({ width: WIDTH, height: bottom + 52 }, title, [
    ...scale.ticks.flatMap((tick) => [
      element('path', { class: 'grid', d: `M${x(tick).toFixed(2)} ${TOP}V${bottom}` }),
      text(x(tick), bottom + 16, String(tick), { class: 'middle' }),
    ]),
    ...bars.flatMap(({ label, value, shown, tone = 0 }, row) => {
      const y = TOP + row * ROW;
      const end = x(value);
      return [
        text(left - 10, y + 17, label, { class: 'end' }),
        element('rect', {
          class: `bar s${tone}`,
          x: left,
          y: y + 5,
          width: Math.max(1, end - left),
          height: ROW - 10,
          rx: 2,
        }),
        text(end + 6, y + 17, shown ?? String(value), { class: 'value' }),
      ];
    }),
    ...bounds.flatMap(({ value, label }) => [
      element('path', { class: 'bound', d: `M${x(value).toFixed(2)} ${TOP - 4}V${bottom}` }),
      text(x(value), TOP - 10, label, { class: 'middle' }),
    ]),
    text(left, bottom + 38, axis),
  ]);
}
