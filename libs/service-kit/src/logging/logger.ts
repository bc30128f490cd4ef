import { pino, type DestinationStream, type Logger } from 'pino';
import { requestContext } from '../context/request-context.ts';
import { traceIdOf } from '../context/traceparent.ts';

export type { Logger } from 'pino';

/** The injection token of the logger in every service. */
export const LOGGER = Symbol('LOGGER');

export interface LoggerOptions {
  readonly service: string;
  readonly instance?: string;
  readonly level?: string;
  /** Default: standard output, written before the call returns so that a crash loses no lines. */
  readonly destination?: DestinationStream;
}

/** Creates a logger that writes one JSON object per line. Lines within a request carry its `requestId` and `traceId`. */
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
