import { describe, expect, it } from '@jest/globals';
import { checkProposal, checkSwitch } from '../../../lib/registry/proposal.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const reading = { allowLoopbackHttp: false };
const { client_secret: SECRET } = DOCUMENT;

const refusal = (members: object, given: object = members, stored: object = {}) => {
  try {
    checkProposal(
      stored as Record<string, unknown>,
      members as Record<string, unknown>,
      given as Record<string, unknown>,
      reading,
    );
    return undefined;
  } catch (error) {
    expect((error as { code: string }).code).toBe('request_malformed');
    return (error as Error).message;
  }
};

describe('a proposed document', () => {
  it('is stored as it is given, with the names of what changes', () => {
    const proposal = checkProposal({ ...DOCUMENT, scope: 'orders:read' }, DOCUMENT, {}, reading);
    expect(proposal).toMatchObject({ text: JSON.stringify(DOCUMENT), changed: ['scope'] });
  });

  it.each([
    ['an unknown member', { secret_thing: 1 }, 'Member secret_thing of the document is unknown.'],
    ['a member that is no name', { '-----BEGIN': 1 }, 'A member of the document is unknown.'],
    [
      'a member of every object',
      JSON.parse('{"__proto__":{}}'),
      'A member of the document is unknown.',
    ],
    [
      'a member named constructor',
      { constructor: 1 },
      'Member constructor of the document is unknown.',
    ],
    [
      'a token in client_id',
      { client_id: 'eyJhbGciOiJub25lIn0.e30.x' },
      /^client_id must not contain a private key, a token or a secret/,
    ],
    [
      'two methods at once',
      { private_key_jwk: { kty: 'oct' } },
      /^The credential document is invalid: private_key_jwk/,
    ],
    [
      'the proof of another method',
      { kms_key_id: '0a1b2c3d-0000-4000-8000-000000000001' },
      /kms_key_id must be absent with client_secret_basic/,
    ],
    ['no issuer', { issuer: undefined }, 'The credential document is invalid: issuer is missing.'],
    [
      'more than a secret can hold',
      { audience: ['x'.repeat(65_536)] },
      'The document must have at most 65536 bytes.',
    ],
  ])('is refused with %s', (_what, more, text) => {
    const message = refusal({ ...DOCUMENT, ...more });
    expect(message).toMatch(text);
    expect(message).not.toContain(SECRET);
  });

  it('needs the secret if it sends the secret elsewhere', () => {
    for (const more of [
      { issuer: 'https://other.example.com' },
      { token_endpoint: 'https://other.example.com/token' },
      { revocation_endpoint: 'https://other.example.com/revoke' },
    ]) {
      const members = { ...DOCUMENT, ...more };
      expect(refusal(members, more, DOCUMENT)).toMatch(/^client_secret must be sent too/);
      expect(refusal(members, { ...more, client_secret: SECRET }, DOCUMENT)).toBeUndefined();
    }
    expect(refusal({ ...DOCUMENT, scope: 'orders:read' }, {}, DOCUMENT)).toBeUndefined();
  });

  it('needs the secret if the stored document is invalid', () => {
    const stored = { client_secret: SECRET };
    expect(refusal(DOCUMENT, { issuer: DOCUMENT.issuer }, stored)).toMatch(/must be sent too/);
  });

  it('needs the registration access token if the rotation changes', () => {
    const stored = {
      ...DOCUMENT,
      registration_access_token: 'rat-0123456789',
      rotation: { recipe: 'rfc7592', parameters: { a: '1' } },
    };
    const rotation = { recipe: 'rfc7592', parameters: { a: '2' } };
    const given = { rotation, client_secret: SECRET };
    expect(refusal({ ...stored, rotation }, given, stored)).toMatch(
      /^registration_access_token must be sent too/,
    );
    expect(refusal({ ...stored, scope: 'orders:read orders:write x' }, {}, stored)).toBeUndefined();
  });

  it('throws an error that is not about the document as it is', () => {
    const broken = {
      get allowLoopbackHttp(): boolean {
        throw new TypeError('bug');
      },
    };
    expect(() => checkSwitch({}, DOCUMENT, broken)).toThrow(TypeError);
  });
});

describe('the epoch', () => {
  const change = (epoch: unknown, before: unknown) => () =>
    checkSwitch({ ...DOCUMENT, epoch: before }, { ...DOCUMENT, epoch }, reading);

  it.each([
    ['raised', 4, 3],
    ['kept', 3, 3],
    ['set', 1, undefined],
    ['set in place of one that is invalid', 0, 'x'],
    ['set in place of one that is no whole number', 0, 7.5],
  ])('can be %s', (_what, epoch, before) => {
    expect(change(epoch, before)().document.epoch).toBe(epoch);
  });

  it.each([
    ['lowered', 2],
    ['removed', undefined],
  ])('cannot be %s', (_what, epoch) => {
    expect(change(epoch, 3)).toThrow(
      'epoch must be at least 3: with a lower one, tokens that were dropped would be vended again.',
    );
    const [stored, members] = [
      { ...DOCUMENT, epoch: 3 },
      { ...DOCUMENT, epoch },
    ];
    expect(refusal(members, members, stored)).toMatch(/^epoch must be at least 3: /);
  });
});
