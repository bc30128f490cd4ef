import { describe, expect, it } from '@jest/globals';
import { WebhookRefusedError } from './webhook-refused.error.ts';

describe('the time at which a webhook wants to be asked again', () => {
  it('is given in seconds or as a date', () => {
    const before = Date.now();
    const at = new WebhookRefusedError(429, '120').retryAt!.getTime();
    expect(at).toBeGreaterThanOrEqual(before + 120_000);
    expect(at).toBeLessThanOrEqual(Date.now() + 120_000);
    expect(new WebhookRefusedError(503, 'Fri, 31 Dec 1999 23:59:59 GMT').retryAt).toEqual(
      new Date('1999-12-31T23:59:59Z'),
    );
  });

  it.each([null, '', 'soon', `1${'0'.repeat(30)}`])('is unknown for the field %p', (field) => {
    expect(new WebhookRefusedError(429, field).retryAt).toBeUndefined();
  });
});
