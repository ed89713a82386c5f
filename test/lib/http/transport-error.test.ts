import { describe, expect, it } from '@jest/globals';
import { TransportError } from '../../../lib/http/transport-error.ts';

describe('error of the transport', () => {
  it('has a kind, a detail and the error of Node.js', () => {
    const cause = new Error('connect ECONNREFUSED 127.0.0.1:1');
    expect(new TransportError('connection_failed', 'ECONNREFUSED', cause)).toMatchObject({
      name: 'TransportError',
      kind: 'connection_failed',
      detail: 'ECONNREFUSED',
      message: 'connection_failed: ECONNREFUSED',
      cause,
    });
  });
});
