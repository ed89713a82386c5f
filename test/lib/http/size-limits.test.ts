import { describe, expect, it } from '@jest/globals';
import {
  ENDPOINT_RESPONSE_LIMIT,
  RESPONSE_LIMIT,
  TOKEN_FORM_LIMIT,
} from '../../../lib/http/size-limits.ts';

// A token has the characters of RFC 6749 A.12. These are the longest forms of them.
const encoded = new URLSearchParams({ token: '"'.repeat(RESPONSE_LIMIT), client_id: 'a/b' });
const escaped = JSON.stringify({ access_token: '"'.repeat(RESPONSE_LIMIT) });

describe('limits of size', () => {
  it('let every token that comes from a server go to the caller', () => {
    expect(Buffer.byteLength(escaped)).toBeLessThan(ENDPOINT_RESPONSE_LIMIT);
  });

  it('let every such token come back in a form', () => {
    expect(Buffer.byteLength(encoded.toString())).toBeLessThan(TOKEN_FORM_LIMIT);
  });

  it('stay below what Lambda takes of a request and gives of a response: 6 MB', () => {
    const asEvent = 2 * TOKEN_FORM_LIMIT;
    expect(Math.max(asEvent, ENDPOINT_RESPONSE_LIMIT)).toBeLessThan(6_000_000);
  });
});
