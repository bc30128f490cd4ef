import { startService } from '@groundwork/service-kit';
import { ApiGatewayModule } from './api-gateway.module.ts';
import { environment } from './config.ts';
import { Gateway } from './gateway.ts';
import { loadRoutes } from './routes/load-routes.ts';

await startService({
  name: 'api-gateway',
  environment,
  module: (config) => ApiGatewayModule.with(config, loadRoutes(config.ROUTES_FILE)),
  interceptor: (app) => app.get(Gateway).intercept,
});
