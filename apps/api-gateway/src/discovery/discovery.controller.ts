import { asyncApiDocument, openApiDocument } from '@groundwork/contracts';
import { Controller, Get } from '@nestjs/common';

/** What a client that knows nothing but the address can find out. */
@Controller()
export class DiscoveryController {
  @Get()
  index() {
    return {
      name: 'Groundwork',
      links: {
        openapi: '/openapi.json',
        asyncapi: '/asyncapi.json',
        ready: '/health/ready',
        live: '/health/live',
        metrics: '/metrics',
      },
    };
  }

  @Get('openapi.json')
  openApi(): object {
    return openApiDocument();
  }

  @Get('asyncapi.json')
  asyncApi(): object {
    return asyncApiDocument();
  }
}
