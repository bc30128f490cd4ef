export { type Drill, type DrillResult, type Site, type Writing } from './resharding/drill.ts';
export { formatResult } from './resharding/format-result.ts';
export { type Machine, machineNow } from './platform/machine.ts';
export { Moves } from './resharding/moves.ts';
export { runDrill } from './resharding/run-drill.ts';
