/** A server of one test. Its address never changes. */
export interface StoppableServer {
  /** Sends kill -9 and resolves when the process has ended. */
  kill(): Promise<void>;
  /** Starts the server again with its data (stops it first if it runs). Resolves when it is ready. */
  restart(): Promise<void>;
  /** Pauses the server: connections stay open but get no answers. */
  pause(): void;
  resume(): void;
  /** Stops the server permanently and removes its data. */
  stop(): Promise<void>;
}
