import { pino, type DestinationStream, type Logger } from 'pino';
import { requestContext } from '../context/request-context.ts';
import { traceIdOf } from '../context/traceparent.ts';

export type { Logger } from 'pino';

/** The token under which every service finds its logger. */
export const LOGGER = Symbol('LOGGER');

export interface LoggerOptions {
  readonly service: string;
  readonly instance?: string;
  readonly level?: string;
  /** Where the lines go. Default: standard output, written before the call returns so that a crash loses none. */
  readonly destination?: DestinationStream;
}

/** One JSON object a line; lines written within a request carry its `requestId` and `traceId`. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level ?? 'info',
      base: {
        service: options.service,
        ...(options.instance !== undefined && { instance: options.instance }),
      },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['req.headers.authorization', 'req.headers["x-operator-key"]'],
      mixin: () => {
        const context = requestContext();
        return context === undefined
          ? {}
          : { requestId: context.requestId, traceId: traceIdOf(context.traceparent) };
      },
    },
    options.destination ?? pino.destination({ fd: 1, sync: true }),
  );
}
