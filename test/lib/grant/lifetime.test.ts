import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { expiryOf, type StatedLifetime } from '../../../lib/grant/lifetime.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const requestedAt = 1_800_000_000_000;
const seconds = requestedAt / 1000;

function expiry(stated: Partial<StatedLifetime>, more: object = {}, now = requestedAt) {
  const document = parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...more }), {
    allowLoopbackHttp: false,
  });
  const lifetime = { seconds: undefined, exp: undefined, iat: undefined, ...stated };
  return (expiryOf(lifetime, { document, requestedAt, now }) - requestedAt) / 1000;
}

describe('the lifetime of a token', () => {
  it('counts from the request, and is the shorter of expires_in and exp', () => {
    expect(expiry({ seconds: 60 }, {}, requestedAt + 5_000)).toBe(60);
    expect(expiry({ seconds: 60, exp: seconds + 30 })).toBe(30);
    expect(expiry({ seconds: 60, exp: seconds + 90.5 })).toBe(60);
    expect(expiry({ exp: seconds + 90.5 })).toBe(90.5);
  });

  it('is that of the document if the server states none', () => {
    expect(expiry({}, { access_token_lifetime: 7200 })).toBe(7200);
    expect(expiry({ seconds: 60 }, { access_token_lifetime: 7200 })).toBe(60);
    expect(expiry({ exp: seconds + 30 }, { access_token_lifetime: 7200 })).toBe(30);
    expect(() => expiry({})).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/expires_in is missing/),
        advice: expect.stringMatching(/access_token_lifetime/),
      }),
    );
  });

  it('of more than ten years counts as ten years', () => {
    expect(expiry({ seconds: 315_360_001 })).toBe(315_360_000);
    expect(expiry({ exp: Number.POSITIVE_INFINITY })).toBe(315_360_000);
  });

  it('of a token that the server repeats may have ended', () => {
    expect(expiry({ seconds: 0, exp: seconds })).toBe(0);
    expect(expiry({ seconds: 0, exp: seconds - 600 })).toBe(0);
  });

  it('that has ended on arrival says by how much the clocks differ', () => {
    expect(() => expiry({ seconds: 60, exp: seconds - 120, iat: seconds - 180 })).toThrow(
      /it was 120 s ago: the clock of the server is behind by about 180 s/,
    );
    expect(() => expiry({ exp: seconds - 120 })).toThrow(/behind by at least 120 s/);
    expect(() => expiry({ exp: seconds - 120, iat: seconds })).toThrow(/behind by at least 120 s/);
  });
});
