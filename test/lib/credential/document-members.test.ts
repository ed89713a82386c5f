import { describe, expect, it } from '@jest/globals';
import { findMemberError, PUBLIC_MEMBERS } from '../../../lib/credential/document-members.ts';
import { DOCUMENT_MEMBERS, SECRET_MEMBERS } from '../../../lib/credential/document-schema.ts';

describe('the members of a credential document', () => {
  it('are public or secret', () => {
    expect([...PUBLIC_MEMBERS, ...SECRET_MEMBERS].sort()).toEqual([...DOCUMENT_MEMBERS].sort());
    expect(PUBLIC_MEMBERS).not.toContain('client_secret');
    expect(PUBLIC_MEMBERS).toContain('access_token_format');
  });

  it.each([
    ['issuer', 'https://auth.example.com', undefined],
    ['issuer', 'http://127.0.0.1:9471', undefined],
    ['issuer', 'http://auth.example.com', 'must be an https URL'],
    ['access_token_format', 'opaque', undefined],
    ['access_token_format', 'paper', 'must be auto, opaque or jwt'],
    ['token_parameters', { account_id: 'a', tag: ['b'] }, undefined],
    ['token_parameters', { account_id: 5 }, 'must be an object'],
    ['client_secret', 'canary\n', 'must not end with a control character'],
  ] as const)('have a rule each: %s %j', (member, value, expected) => {
    const error = findMemberError(member, value);
    if (expected === undefined) expect(error).toBeUndefined();
    else expect(error).toContain(expected);
    expect(String(error)).not.toContain('canary');
  });
});
