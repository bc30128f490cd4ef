import { commonEnvironment, durationMs, redisUrl } from '@groundwork/service-kit';
import { z } from 'zod';

const PROCESSES = 'expected a whole number of gateway processes, at least 1';
const RELOAD = 'expected a whole number of milliseconds, or 0 to read the routes file only once';
const KEY = 'expected at least 16 printable ASCII characters';

/** The default key. This repository publishes it, so it is no secret. */
export const PUBLISHED_OPERATOR_KEY = 'groundwork-operator';

const OWN_KEY = `${KEY} of your own: "${PUBLISHED_OPERATOR_KEY}" is public, and only TOPOLOGY=local may use it in production`;

/** The gateway's environment. The routes file names the variables with the URLs of the upstreams. */
export const environment = z
  .object({
    ...commonEnvironment,
    NODE_ENV: z.string().optional(),
    /** `local`: docker-compose.yml on one machine; it publishes its ports only on the loopback interface. */
    TOPOLOGY: z.string().optional(),
    ROUTES_FILE: z.string().min(1).default('apps/api-gateway/config/routes.yaml'),
    /** How often the routes file is read again; 0: never. */
    ROUTES_RELOAD_MS: z.coerce.number({ error: RELOAD }).int(RELOAD).min(0, RELOAD).default(1_000),
    /** `all`: one line for each request. Metrics count all requests in any case. */
    ACCESS_LOG: z.enum(['off', 'all'], { error: 'expected off or all' }).default('off'),
    REDIS_STATE_URL: redisUrl,
    LIMIT_STORE_TIMEOUT_MS: durationMs(50),
    GATEWAY_PROCESSES: z.coerce.number({ error: PROCESSES }).int(PROCESSES).min(1, PROCESSES).default(2),
    OPERATOR_KEY: z
      .string({ error: KEY })
      .regex(/^[\x21-\x7e]{16,}$/, KEY)
      .describe(KEY),
  })
  .refine(
    ({ NODE_ENV, TOPOLOGY, OPERATOR_KEY }) =>
      OPERATOR_KEY !== PUBLISHED_OPERATOR_KEY || NODE_ENV !== 'production' || TOPOLOGY === 'local',
    { path: ['OPERATOR_KEY'], error: OWN_KEY },
  );

export type GatewayConfig = Readonly<z.output<typeof environment>>;
