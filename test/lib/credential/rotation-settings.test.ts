import { describe, expect, it } from '@jest/globals';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { millisecondsOf, toScheduleExpression } from '../../../lib/credential/rotation-settings.ts';
import { DOCUMENT } from '../../support/fake-ports.ts';

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify({ ...DOCUMENT, ...document }), {
    allowLoopbackHttp: false,
  });
const rotation = { recipe: 'keycloak' };

describe('the member rotation of a document', () => {
  it('names a recipe, an admin credential, parameters and an interval', () => {
    const whole = {
      recipe: 'private_key_jwt_hydra',
      admin_credential: 'platform/hydra-admin',
      parameters: { admin_url: 'https://hydra.example.com' },
      every: '30d',
      overlap: '2d',
    };
    expect(parse({ rotation: whole }).rotation).toEqual(whole);
    expect(parse({ rotation }).rotation).toEqual({ recipe: 'keycloak', parameters: {} });
    expect(parse({}).rotation).toBeUndefined();
  });

  it.each<[rotation: unknown, text: RegExp]>([
    ['keycloak', /rotation must be an object with recipe/],
    [{}, /rotation must have as recipe a name/],
    [{ recipe: '../keycloak' }, /rotation must have as recipe a name such as keycloak/],
    [{ ...rotation, often: 'yes' }, /rotation must have no other members than recipe/],
    [{ ...rotation, admin_credential: 'admin' }, /an admin_credential that must be team\/name/],
    [{ ...rotation, admin_credential: 5 }, /an admin_credential that must be team\/name/],
    [{ ...rotation, parameters: { realm: 5 } }, /rotation must have as parameters an object/],
    [{ ...rotation, parameters: { realm: '' } }, /rotation must have as parameters an object/],
    [{ ...rotation, parameters: { 'a b': 'c' } }, /rotation must have as parameters an object/],
    [
      {
        ...rotation,
        parameters: Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`a${at}`, 'b'])),
      },
      /rotation must have as parameters an object of at most 20/,
    ],
    ...['3h', '1000d', '0d', '30', '30 days', '1w', 30].map((every): [unknown, RegExp] => [
      { ...rotation, every },
      /rotation must have every from 4h to 999d/,
    ]),
    ...['0h', '1000d', '90m', '', 1].map((overlap): [unknown, RegExp] => [
      { ...rotation, overlap },
      /rotation must have overlap from 1h to 999d/,
    ]),
    ...[
      { every: '4h', overlap: '5h' },
      { every: '1d', overlap: '25h' },
    ].map((times): [unknown, RegExp] => [
      { ...rotation, ...times },
      /rotation must have an overlap that is not longer than every/,
    ]),
  ])('is refused: %j', (given, text) => {
    expect(() => parse({ rotation: given })).toThrow(text);
  });

  it.each([
    ['4h', 'rate(4 hours)'],
    ['36h', 'rate(36 hours)'],
    ['24h', 'rate(1 day)'],
    ['30d', 'rate(30 days)'],
    ['999d', 'rate(999 days)'],
  ])('has a schedule: %s is %s', (every, expression) => {
    expect(parse({ rotation: { ...rotation, every } }).rotation?.every).toBe(every);
    expect(toScheduleExpression(every)).toBe(expression);
  });

  it.each([
    ['1h', 3_600_000],
    ['2d', 172_800_000],
  ])('has an overlap: %s', (overlap, milliseconds) => {
    expect(parse({ rotation: { ...rotation, overlap } }).rotation?.overlap).toBe(overlap);
    expect(millisecondsOf(overlap)).toBe(milliseconds);
  });

  it('may have an overlap that is as long as the interval', () => {
    const whole = { ...rotation, every: '1d', overlap: '24h' };
    expect(parse({ rotation: whole }).rotation).toMatchObject(whole);
  });

  it('is beside what rotations state about the secret', () => {
    const state = { secret_sha256: 'a'.repeat(64), secret_id: 'one', replaced_secret_id: 'two' };
    expect(() => parse({ rotation_state: state, registration_access_token: 'x' })).not.toThrow();
    for (const broken of [5, { ...state, secret_sha256: 'A' }, { ...state, more: 1 }, {}])
      expect(() => parse({ rotation_state: broken })).toThrow(/rotation_state/);
  });
});
