export { StandIn, type Asked } from './stand-in.ts';
export { startTool, type Ended, type StartedTool, type StartToolOptions } from './start-tool.ts';
