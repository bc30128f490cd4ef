import { linearScale, logScale } from './scale.ts';
import { element, picture, text } from './svg.ts';

export interface Lines {
  readonly title: string;
  /** The quantities on the axes, and their units. */
  readonly x: string;
  readonly y: string;
  readonly series: readonly {
    readonly label: string;
    readonly points: readonly (readonly [x: number, y: number])[];
    /** 0 … 5; by default the index of the series. */
    readonly tone?: number;
  }[];
  readonly logX?: boolean;
  readonly logY?: boolean;
  /** Dashed lines with a label, such as a goal or an ideal value. */
  readonly bounds?: readonly { readonly value: number; readonly label: string }[];
}

type Project = (value: number) => number;

const WIDTH = 720;
const HEIGHT = 360;
const AREA = { left: 70, right: 590, top: 66, bottom: 300 };

/** Draws one line for each series over a common x axis, each labelled at its last point. */
export function lines({
  title,
  x: xAxis,
  y: yAxis,
  series,
  logX = false,
  logY = false,
  bounds = [],
}: Lines): string {
  const xs = series.flatMap(({ points }) => points.map(([x]) => x));
  const ys = [
    ...series.flatMap(({ points }) => points.map(([, y]) => y)),
    ...bounds.map(({ value }) => value),
  ];
  const xScale = (logX ? logScale : linearScale)(Math.min(...xs), Math.max(...xs));
  const yScale = (logY ? logScale : linearScale)(Math.min(...ys), Math.max(...ys));
  const x: Project = (value) => AREA.left + xScale.at(value) * (AREA.right - AREA.left);
  const y: Project = (value) => AREA.bottom - yScale.at(value) * (AREA.bottom - AREA.top);
  return picture({ width: WIDTH, height: HEIGHT }, title, [
    ...yScale.ticks.flatMap((tick) => [
      element('path', { class: 'grid', d: `M${AREA.left} ${y(tick).toFixed(2)}H${AREA.right}` }),
      text(AREA.left - 8, y(tick) + 4, String(tick), { class: 'end' }),
    ]),
    ...xScale.ticks.map((tick) => text(x(tick), AREA.bottom + 18, String(tick), { class: 'middle' })),
    ...bounds.flatMap(({ value, label }) => [
      element('path', { class: 'bound', d: `M${AREA.left} ${y(value).toFixed(2)}H${AREA.right}` }),
      text(AREA.right - 4, y(value) - 5, label, { class: 'end' }),
    ]),
    ...series.flatMap(({ points, tone }, place) =>
      drawn(
        points.map(([px, py]) => [x(px), y(py)]),
        tone ?? place,
      ),
    ),
    ...namesOf(series, x, y),
    text((AREA.left + AREA.right) / 2, HEIGHT - 18, xAxis, { class: 'middle' }),
    text(20, 46, yAxis),
  ]);
}

function drawn(points: (readonly [number, number])[], tone: number): string[] {
  const path = points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join('L');
  return [
    element('path', { class: `line s${tone}`, d: `M${path}` }),
    ...points.map(([cx, cy]) => element('circle', { class: `dot s${tone}`, cx, cy, r: 4 })),
  ];
}

/**
 * Labels stand beside the last points. Labels that would overlap are moved up, because the ticks of the x axis are below
 * them.
 */
function namesOf(series: Lines['series'], x: Project, y: Project): string[] {
  const places = series
    .map(({ label, points }) => {
      const [lastX, lastY] = points.at(-1) as readonly [number, number];
      return { label, left: x(lastX) + 12, at: y(lastY) + 4 };
    })
    .sort((a, b) => b.at - a.at);
  let free = Infinity;
  return places.map(({ label, left, at }) => {
    const line = Math.min(at, free);
    free = line - 15;
    return text(left, line, label, { class: 'value' });
  });
}
