import { bars } from '@groundwork/bench/plot';
import { type LabPlot } from '../lab.ts';

const TONES = { naive: 1, ours: 2 } as const;

/** Draws the plot of a lab as SVG, readable in light and dark mode. */
export function drawResult({ bars: values, ...plot }: LabPlot): string {
  return bars({ ...plot, bars: values.map(({ version, ...bar }) => ({ ...bar, tone: TONES[version] })) });
}
