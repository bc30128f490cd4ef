import { type Logger } from '@groundwork/service-kit';
import { type GatewayConfig, PUBLISHED_OPERATOR_KEY } from '../config.ts';
import { type Routes } from '../routes/route.ts';
import { OperatorKey } from './operator-key.ts';

/** Logs a warning at start if the key is the published default, which only a local topology should use. */
export function makeOperatorKey(
  { OPERATOR_KEY, GATEWAY_PROCESSES }: Pick<GatewayConfig, 'OPERATOR_KEY' | 'GATEWAY_PROCESSES'>,
  { operatorKeyFailures }: Pick<Routes, 'operatorKeyFailures'>,
  logger: Pick<Logger, 'warn'>,
): OperatorKey {
  if (OPERATOR_KEY === PUBLISHED_OPERATOR_KEY) {
    logger.warn(
      'OPERATOR_KEY is the published default: every reader of the documentation can use the operator routes; set your own key',
    );
  }
  return new OperatorKey({
    key: OPERATOR_KEY,
    failures: operatorKeyFailures,
    processes: GATEWAY_PROCESSES,
  });
}
