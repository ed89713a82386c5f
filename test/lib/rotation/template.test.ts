import { describe, expect, it } from '@jest/globals';
import { fillJson, fillText, variablesOf } from '../../../lib/rotation/template.ts';

const variables = { client_id: 'a/b', jwks: { keys: [] }, count: 5 };

describe('a template', () => {
  it('is a text with variables, each encoded', () => {
    expect(fillText('/{client_id}/{count}/{none}', variables, encodeURIComponent)).toBe(
      '/a%2Fb/5/',
    );
    expect(fillText('{client_id} {Client}', variables)).toBe('a/b {Client}');
  });

  it('is JSON with texts in it, and a text that is one variable becomes its value', () => {
    const template = { id: 'x {client_id}', keys: ['{jwks}', '{none}'], on: true, no: null };
    expect(fillJson(template, variables)).toEqual({
      id: 'x a/b',
      keys: [{ keys: [] }, ''],
      on: true,
      no: null,
    });
  });

  it('names its variables', () => {
    expect(variablesOf({ a: ['{one} {two}', 5, null], b: { c: '{three}' } })).toEqual([
      'one',
      'two',
      'three',
    ]);
  });
});
