import process from 'node:process';
import { afterEach, describe, expect, it } from '@jest/globals';
import { credentialSchema } from '../../../provider/tokenvending/credential-schema.ts';

const { rule } = credentialSchema.attributes.profile;

afterEach(() => {
  delete process.env['TOKEN_VENDING_PROFILES'];
});

describe('the server profile of a credential', () => {
  it.each(['generic', 'keycloak', 'hiiretail'])('may be the shipped one %s', (name) => {
    expect(rule?.(name)).toBeUndefined();
  });

  it('may be another one only if there is a directory of profiles', () => {
    expect(rule?.('acme')).toMatch(
      /^must be one of adfs, .*, or a profile of the directory TOKEN_VENDING_PROFILES$/,
    );
    process.env['TOKEN_VENDING_PROFILES'] = '/etc/token-vending/profiles';
    expect(rule?.('acme')).toBeUndefined();
  });
});
