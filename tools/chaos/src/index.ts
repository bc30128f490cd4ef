export { type Drill, type DrillResult, type MeasuredPause, type Site } from './resharding/drill.ts';
export { formatResult } from './resharding/format-result.ts';
export { Moves } from './resharding/moves.ts';
export { runDrill } from './resharding/run-drill.ts';
