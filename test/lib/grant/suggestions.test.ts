import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { suggestionsOf } from '../../../lib/grant/suggestions.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const document = parseCredentialDocument(JSON.stringify(DOCUMENT), { allowLoopbackHttp: false });
const suggest = (advice: string, given: object = DOCUMENT) =>
  suggestionsOf(advice, { ...given }, document);

describe('the suggestions of an advice', () => {
  it('are the members of the document that it names with a value', () => {
    const advice = 'Set "implicit_scope": "email profile", or "access_token_format": "opaque".';
    expect(suggest(advice)).toEqual({
      implicit_scope: 'email profile',
      access_token_format: 'opaque',
    });
  });

  it('leave out what the document or its profile has already', () => {
    const advice = 'Set "default_scope": "orders:read" or "scope": "a".';
    expect(suggest(advice)).toEqual({ scope: 'a' });
    const profile = { ...document.profile, defaults: { scope: 'a' } };
    expect(suggestionsOf(advice, {}, { profile })).toEqual({ default_scope: 'orders:read' });
  });

  it('name no secret member, no unknown member, and no value that is no JSON', () => {
    expect(suggest('"client_secret": "a", "other": "b", "scope": "\\q"')).toEqual({});
    expect(suggest('Ask the operator.')).toEqual({});
  });
});
