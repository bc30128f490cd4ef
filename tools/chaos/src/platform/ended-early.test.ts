import { describe, expect, it } from '@jest/globals';
import { endedEarly } from './ended-early.ts';

describe('a drill that ends early', () => {
  it('reports what happened and why, without a stack trace', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:8080');
    const failed = new Error('POST /v1/admin/shard-moves got no answer', { cause: refused });
    expect(endedEarly(failed)).toEqual({
      faults: [
        'the drill ended early: POST /v1/admin/shard-moves got no answer; because: connect ECONNREFUSED 127.0.0.1:8080',
      ],
    });
  });

  it('may be ended by a value that is not an error', () => {
    expect(endedEarly('stopped')).toEqual({ faults: ['the drill ended early: stopped'] });
  });
});
