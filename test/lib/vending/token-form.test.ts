import { describe, expect, it } from '@jest/globals';
import { RESPONSE_LIMIT } from '../../../lib/http/size-limits.ts';
import { parseTokenForm, requestAbout } from '../../../lib/vending/token-form.ts';
import { formRequest } from '../../support/fake-ports.ts';

const parse = (form: Record<string, string>) => parseTokenForm(formRequest('/oauth2/revoke', form));

describe('form of introspection and revocation', () => {
  it('names a token and its credential', () => {
    const form = { client_id: 'checkout/orders-api', token: 't', token_type_hint: 'access_token' };
    expect(parse(form)).toEqual({
      credential: { team: 'checkout', name: 'orders-api' },
      token: 't',
    });
  });

  it.each([
    [{ client_id: 'checkout/orders-api' }, /^token is missing/],
    [{ token: 't' }, /^client_id is missing/],
    [{ token: 't', client_id: 'nobody' }, /^client_id must be team\/name/],
    [{ token: 't', client_id: 'a/b', scope: 'x' }, /^scope is not a parameter/],
  ])('is rejected as %j', (form, text) => {
    expect(() => parse(form as Record<string, string>)).toThrow(
      expect.objectContaining({ code: 'request_malformed', message: expect.stringMatching(text) }),
    );
  });

  it('takes any token that a server can issue, also percent-encoded', () => {
    const token = '"'.repeat(RESPONSE_LIMIT);
    expect(parse({ client_id: 'checkout/orders-api', token }).token).toHaveLength(RESPONSE_LIMIT);
    expect(() => parse({ client_id: 'checkout/orders-api', token: token.repeat(2) })).toThrow(
      expect.objectContaining({ message: 'The body must be at most 794624 bytes.' }),
    );
  });

  it('requests no token', () => {
    const credential = { team: 'a', name: 'b' };
    expect(requestAbout(credential)).toEqual({
      ...{ credential, scope: [], audience: [], resource: [], minTtl: 0 },
    });
  });
});
