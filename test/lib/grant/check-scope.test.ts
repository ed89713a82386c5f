import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { checkScope } from '../../../lib/grant/check-scope.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

function check(scope: unknown, requested: string[], more: object = {}, claims?: object) {
  const document = parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...more }), {
    allowLoopbackHttp: false,
  });
  const grant = { scope: requested, audience: [], resource: [] };
  return checkScope({ access_token: 'a', scope }, claims, { grant, document });
}

describe('the granted scope', () => {
  it.each<[unknown, string[], object, string[], string[]]>([
    ['orders:read', ['orders:read'], {}, ['orders:read'], []],
    [undefined, ['orders:read'], {}, ['orders:read'], []],
    ['', ['orders:read'], {}, [], []],
    [
      'orders:write,orders:read',
      ['orders:read', 'orders:write'],
      {},
      ['orders:read', 'orders:write'],
      [],
    ],
    [['orders:write'], [], {}, ['orders:write'], []],
    [
      'email orders:read profile',
      ['orders:read'],
      { implicit_scope: 'profile email' },
      ['orders:read'],
      ['email', 'profile'],
    ],
    ['email', ['email'], { implicit_scope: 'profile email' }, ['email'], []],
    ['anything,else', [], { scope: undefined, default_scope: undefined }, ['anything,else'], []],
  ])('%j of %j with %j is %j and %j', (sent, requested, more, scope, implicitScope) => {
    expect(check(sent, requested, more)).toEqual({ scope, implicitScope });
  });

  it('is that of the token, if the response names none', () => {
    expect(check(undefined, ['orders:read'], {}, { scope: ['orders:read'] }).scope).toEqual([
      'orders:read',
    ]);
  });

  it('must not be wider than requested, and the error names what was added and the key', () => {
    expect(() => check('email orders:read profile', ['orders:read'])).toThrow(
      expect.objectContaining({
        code: 'token_unacceptable',
        message: expect.stringMatching(/wider than requested, and the server added email profile/),
        advice: expect.stringMatching(/"implicit_scope": "email profile"/),
      }),
    );
  });

  it('is suggested together with the scopes that the document expects already', () => {
    const expecting = { implicit_scope: 'email' };
    expect(() => check('email orders:read profile', ['orders:read'], expecting)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/the server added profile\./),
        advice: expect.stringMatching(/set "implicit_scope": "email profile" in/),
      }),
    );
  });

  it('is not suggested as a line, if the line would be too long', () => {
    const long = ['a', 'b', 'c'].map((letter) => letter.repeat(200)).join(' ');
    expect(() => check(`orders:read ${long}`, ['orders:read'])).toThrow(
      expect.objectContaining({
        advice: expect.stringMatching(/set "implicit_scope" in the credential document\.$/),
      }),
    );
  });

  it('must be within scope of the document, if nothing was requested', () => {
    expect(() => check('admin', [])).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/no scope was requested, and the token has admin, which/),
        advice: expect.stringMatching(/default_scope/),
      }),
    );
  });

  it('is shortened in errors', () => {
    const many = Array.from({ length: 12 }, (_, at) => `scope-${at}`).join(' ');
    expect(() => check(many, [])).toThrow(/and 2 more/);
  });
});
