import { EVENT_TYPES } from '../events/event-types.ts';
import { type Topic, Topics } from '../events/topics.ts';
import { dataSchemas } from './data-schemas.ts';
import { EVENT_HEADERS } from './event-headers.ts';

const messageRef = (type: string) => ({ $ref: `#/components/messages/${type}` });

/**
 * Returns an AsyncAPI 3.0 document (https://www.asyncapi.com/docs/reference/specification/v3.0.0) of every event of the
 * platform: a channel for each topic and a message for each type, made from the schemas that producers and consumers
 * validate with. The document describes the content of the topics and leaves out the applications: any client with read
 * access may consume a topic.
 */
export function asyncApiDocument() {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Groundwork: events',
      version: '1.0.0',
      description:
        "CloudEvents 1.0 in the binary mode of their Kafka binding: the attributes are headers, the data is the message's value. " +
        'Consumers ignore unknown fields; a changed or removed field requires a new event type.',
      license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(Object.values(Topics).map((topic) => [topic.name, channelOf(topic)])),
    components: {
      messages: Object.fromEntries(
        EVENT_TYPES.map(({ type, summary }) => [
          type,
          {
            name: type,
            summary,
            headers: {
              ...EVENT_HEADERS,
              properties: { ...EVENT_HEADERS.properties, ce_type: { const: type } },
            },
            payload: { $ref: `#/components/schemas/${type}` },
          },
        ]),
      ),
      schemas: dataSchemas(),
    },
  };
}

function channelOf({ name, partitions, retentionMs }: Topic) {
  const types = EVENT_TYPES.filter(({ topic }) => topic === name).map(({ type }) => type);
  return {
    address: name,
    messages: Object.fromEntries(types.map((type) => [type, messageRef(type)])),
    bindings: {
      kafka: {
        topic: name,
        partitions,
        topicConfiguration: { 'retention.ms': retentionMs },
        bindingVersion: '0.5.0',
      },
    },
  };
}
