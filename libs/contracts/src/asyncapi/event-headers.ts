/** The CloudEvents attributes that every message has, as text (Kafka protocol binding 1.0.2, section 3.2.3). */
export const EVENT_HEADERS = {
  type: 'object',
  required: ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_subject', 'content-type'],
  properties: {
    ce_specversion: { const: '1.0' },
    ce_id: { type: 'string', description: 'The same for every delivery of an event' },
    ce_type: { type: 'string' },
    ce_source: {
      type: 'string',
      format: 'uri-reference',
      description: 'The service that publishes the event',
    },
    ce_time: { type: 'string', format: 'date-time' },
    ce_subject: {
      type: 'string',
      description: 'The key of the message: events with the same key stay in order',
    },
    'content-type': { const: 'application/json' },
    traceparent: { type: 'string', description: 'W3C Trace Context of the request that caused the event' },
  },
} as const;
