import { createLogger, createService, Shutdown } from '@groundwork/service-kit';
import { temporaryFolder } from '@groundwork/testing';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { stringify } from 'yaml';
import { ApiGatewayModule } from '../src/api-gateway.module.ts';
import { environment } from '../src/config.ts';
import { Gateway } from '../src/gateway.ts';
import { loadRoutes } from '../src/routes/load-routes.ts';

export const OPERATOR_KEY = 'an-operator-key-of-the-tests';

export interface TestGateway {
  readonly url: string;
  readonly port: number;
  /** Shuts the gateway down as SIGTERM does. Resolves when everything in flight is answered and closed. */
  shutDown(): Promise<boolean>;
}

export interface TestGatewayOptions {
  readonly redisUrl: string;
  /** Comma-separated URLs by upstream name. */
  readonly upstreams?: Readonly<Record<string, string>>;
  /** Of every upstream. */
  readonly upstreamSettings?: object;
  readonly routes?: readonly object[];
  readonly limits?: Readonly<Record<string, object>>;
  readonly defaults?: object;
  readonly environment?: Readonly<Record<string, string>>;
  /** In place of the routes above: a file that the test may change. */
  readonly routesFile?: string;
  /** Receives each line of the log. */
  readonly onLog?: (line: Record<string, unknown>) => void;
}

const GENEROUS = { default: { capacity: 1_000_000, ratePerSecond: 100_000 } };
const DEFAULTS = {
  limit: 'default',
  timeoutMs: 5_000,
  idleTimeoutMs: 5_000,
  maxBodyBytes: 1_048_576,
  retry: 'safe',
};

/** Starts a gateway as `main.ts` assembles it, in this process, on a free port. */
export async function startGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const config = environment.parse({
    LISTEN_ADDRESS: '127.0.0.1:0',
    REDIS_STATE_URL: options.redisUrl,
    OPERATOR_KEY,
    ROUTES_RELOAD_MS: '0',
    ...options.environment,
  });
  const logger = createLogger({ service: 'api-gateway', destination: linesTo(options.onLog) });
  const app = await createService({
    module: ApiGatewayModule.with(
      config,
      options.routesFile === undefined ? loadRoutesOf(options) : loadRoutes(options.routesFile, {}),
    ),
    logger,
    interceptor: (context) => context.get(Gateway).intercept,
  });
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  return { url, port: Number(new URL(url).port), shutDown: () => app.get(Shutdown).run() };
}

function loadRoutesOf({
  limits = GENEROUS,
  upstreams = {},
  upstreamSettings,
  defaults,
  routes = [],
}: TestGatewayOptions) {
  const folder = temporaryFolder('routes');
  try {
    const file = join(folder.path, 'routes.yaml');
    const urls = Object.fromEntries(
      Object.entries(upstreams).map(([name, given]) => [name, { urls: given, ...upstreamSettings }]),
    );
    writeFileSync(
      file,
      stringify({
        limits,
        upstreams: urls,
        defaults: { ...DEFAULTS, ...defaults },
        routes: routes.map(withRequests),
      }),
    );
    return loadRoutes(file, {});
  } finally {
    folder.remove();
  }
}

/** Tests write a method and a path each. */
function withRequests({ method, path, ...route }: { readonly method?: string; readonly path?: string }) {
  return method === undefined ? route : { requests: `${method} ${path}`, ...route };
}

function linesTo(receive: (line: Record<string, unknown>) => void = () => undefined): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) receive(JSON.parse(line));
      done();
    },
  });
}
