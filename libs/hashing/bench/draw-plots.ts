import { CONTENDERS, VARIANTS } from './contenders.ts';
import { medianPeak, SETS, type Measures } from './measure-map.ts';
import { type measureVirtualNodes } from './measure-virtual-nodes.ts';
import { type RaceResult, type SuiteTools } from './suite-tools.ts';

/** Draws the plots of docs/hashing.md and returns them by path. */
export function drawPlots(
  { plot }: SuiteTools,
  measures: ReadonlyMap<string, Measures>,
  virtualNodes: ReturnType<typeof measureVirtualNodes>,
  races: ReadonlyMap<number, RaceResult>,
): Record<string, string> {
  const race = races.get(10) as RaceResult;
  const measured = CONTENDERS.map(({ name, tone }) => ({
    label: name,
    tone,
    ...(measures.get(name) as Measures),
  }));
  const points = (of: 'median' | 'high') => virtualNodes.map((row) => [row.virtualNodes, row[of]] as const);
  return {
    'docs/hashing/balance.svg': plot.bars({
      title: 'The fullest of ten nodes, above its even share',
      axis: `per cent more than a tenth of a million keys; the median of ${SETS} sets of names`,
      bars: measured.map((row) => bar(row.label, row.tone, (medianPeak(row) - 1) * 100, ' %')),
    }),
    'docs/hashing/moves.svg': plot.bars({
      title: 'Keys that move when an eleventh node joins ten',
      axis: 'per cent of all keys',
      bars: measured.map(({ label, tone, joined }) =>
        bar(label, tone, (joined.due + joined.needless) * 100, ' %'),
      ),
      bounds: [{ value: 100 / 11, label: '1 in 11: the new node’s even share' }],
    }),
    'docs/hashing/lookups.svg': plot.bars({
      title: 'One lookup among ten nodes',
      axis: 'nanoseconds (each step of the scale is ten times the one before)',
      log: true,
      bars: [...CONTENDERS, ...VARIANTS].map(({ name, tone }) =>
        bar(name, tone, race.nanosecondsPerOperation(name), ' ns', 0),
      ),
    }),
    'docs/hashing/nodes.svg': plot.lines({
      title: 'One lookup, by the number of nodes',
      x: 'nodes',
      y: 'nanoseconds',
      logX: true,
      logY: true,
      series: CONTENDERS.filter(({ tone }) => tone === 0).map(({ name }) => ({
        label: name.replace(/,.*(150|1000).*/, ', $1').replace(/, [46].*/, ''),
        points: [...races].map(([nodes, result]) => [nodes, result.nanosecondsPerOperation(name)] as const),
      })),
    }),
    'docs/hashing/virtual-nodes.svg': plot.lines({
      title: 'The fullest of ten nodes on the ring, by virtual nodes',
      x: 'virtual nodes of each node',
      y: 'peak ÷ mean, over a hundred sets of names',
      logX: true,
      series: [
        { label: '99th of 100', points: points('high') },
        { label: 'median', points: points('median') },
      ],
    }),
  };
}

function bar(label: string, tone: number, value: number, unit: string, decimals = 1) {
  return { label, tone, value, shown: `${value.toFixed(decimals)}${unit}` };
}
