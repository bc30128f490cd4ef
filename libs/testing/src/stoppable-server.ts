/** A server of one test. It keeps its address for life. */
export interface StoppableServer {
  /** kill -9, resolved when it is gone. */
  kill(): Promise<void>;
  /** Starts it again with the data it has (stops it first if it runs), resolved when it is ready. */
  restart(): Promise<void>;
  /** Freezes it: connections stay open and nobody answers. */
  pause(): void;
  resume(): void;
  /** Ends it for good and removes its data. */
  stop(): Promise<void>;
}
