import { asyncApiDocument, openApiDocument } from '@groundwork/contracts';
import { Controller, Get, Header } from '@nestjs/common';

const JSON_TYPE = 'application/json; charset=utf-8';

const INDEX = {
  name: 'Groundwork',
  links: {
    openapi: '/openapi.json',
    asyncapi: '/asyncapi.json',
    ready: '/health/ready',
    live: '/health/live',
    metrics: '/metrics',
  },
};

/** Serves the index and the API documents. They never change, so they are serialised once. */
@Controller()
export class DiscoveryController {
  private readonly indexBytes = bytesOf(INDEX);
  private readonly openApiBytes = bytesOf(openApiDocument());
  private readonly asyncApiBytes = bytesOf(asyncApiDocument());

  @Get()
  @Header('content-type', JSON_TYPE)
  index(): Buffer {
    return this.indexBytes;
  }

  @Get('openapi.json')
  @Header('content-type', JSON_TYPE)
  openApi(): Buffer {
    return this.openApiBytes;
  }

  @Get('asyncapi.json')
  @Header('content-type', JSON_TYPE)
  asyncApi(): Buffer {
    return this.asyncApiBytes;
  }
}

const bytesOf = (document: object): Buffer => Buffer.from(JSON.stringify(document));
