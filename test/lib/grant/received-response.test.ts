import { describe, expect, it } from '@jest/globals';
import { receivedResponse } from '../../../lib/grant/received-response.ts';
import { TOKEN_CANARY } from '../../support/fake-ports.ts';

function received(body: unknown, status = 200, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return receivedResponse({ status, headers, body: text });
}

const token = { access_token: TOKEN_CANARY, token_type: 'Bearer', expires_in: '3599' };

describe('a response that is shown to a person', () => {
  it('has the type of each member, and the values that are checked', () => {
    expect(received({ ...token, scope: ['a', 'b'], more: null, nested: {}, live: true })).toEqual({
      status: 200,
      isError: false,
      members: {
        access_token: 'string',
        token_type: 'string',
        expires_in: 'string',
        scope: 'list',
        more: 'null',
        nested: 'object',
        live: 'boolean',
      },
      values: { token_type: 'Bearer', expires_in: '3599', scope: ['a', 'b'] },
    });
  });

  it('shows no value that is nested', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(received(`{"scope":${deep},"token_type":{},"expires_in":null}`)).toMatchObject({
      members: { scope: 'list', token_type: 'object', expires_in: 'null' },
      values: { expires_in: null },
    });
  });

  it('may be a form, or no JSON object', () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(received('access_token=secret-token&token_type=bearer', 200, form)).toMatchObject({
      members: { access_token: 'string', token_type: 'string' },
      values: { token_type: 'bearer' },
    });
    expect(received('<html>', 503)).toEqual({
      status: 503,
      isError: true,
      members: undefined,
      values: {},
    });
  });

  it('is an error, too', () => {
    expect(received({ error: 'invalid_client', error_description: 'text' }, 401)).toEqual({
      status: 401,
      isError: true,
      members: { error: 'string', error_description: 'string' },
      values: {},
    });
  });

  it('never contains a token, wherever the server repeats it', () => {
    const odd = 'canary"with\\characters';
    const response = received({
      access_token: TOKEN_CANARY,
      refresh_token: odd,
      id_token: 7,
      other_token: '',
      token_type: TOKEN_CANARY,
      scope: [`scope-of-${odd}`],
      expires_in: 7,
      [TOKEN_CANARY]: 1,
      'a name that is none': 1,
      more: {},
    });
    expect(JSON.stringify(response)).not.toMatch(/canary/);
    expect(response.values).toEqual({ expires_in: 7 });
    expect(Object.keys(response.members ?? {})).not.toContain('a name that is none');
  });
});
