import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { errorTable } from '../../../lib/errors/error-table.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { ISSUER } from '../fake-ports.ts';
import { anyBody, anyObject } from './any-json.ts';
import { type Obtained, obtainFrom } from './obtain-from.ts';
import { signToken } from './signed-token.ts';

const NOW = Date.UTC(2026, 10, 23, 12) / 1000;
// Thousands of runs on a busy machine.
export const TIMEOUT = 600_000;

const TEN_YEARS = 315_360_000_000;

const RESPONSE = {
  access_token: ['canary-token', '', 'a b', 'eyJhbGciOiJub25lIn0.e30.', 7],
  token_type: ['Bearer', 'JWT', 'DPoP', '', 'constructor'],
  expires_in: [3600, '3600', 0, 59.9, -1, 1e300],
  scope: ['orders:read', ['orders:read'], 'orders:read,orders:write', 'email', 'a"b', ''],
  refresh_token: ['canary-refresh'],
};
const ERRORS = { ...RESPONSE, error: ['invalid_client', 'invalid_scope', 'banana', ''] };

const CLAIMS = {
  iss: [ISSUER, `${ISSUER}/`, 'https://sts.example.com/', ''],
  aud: [['https://orders.example.com'], 'https://orders.example.com', 'account', []],
  exp: [NOW + 3600, String(NOW + 60), NOW + 60.5, NOW - 600, 0, -1, 1e300],
  iat: [NOW, NOW - 700, 'now'],
  nbf: [NOW, 1e300],
  jti: ['a', 7],
  sub: ['orders-client', 7],
  client_id: ['orders-client', ['orders-client'], ['a', 'b']],
  scope: ['orders:read', ['orders:read', 'email'], 'orders:write'],
};

const anyPayload = anyBody(anyObject(CLAIMS));
/** Members of the document that change what a response means. Most documents have none. */
const anyDocument = fc.constantFrom(
  {},
  {},
  {},
  { access_token_format: 'opaque' },
  { access_token_format: 'jwt' },
  { access_token_issuer: 'https://sts.example.com/' },
  { access_token_lifetime: 900 },
  { access_token_lifetime: 315_360_000 },
  { implicit_scope: 'email' },
  { implicit_scope: 'email' },
);

const anyRequest = fc.record({
  scope: fc.constantFrom<string[]>([], ['orders:read'], ['orders:read', 'orders:write']),
  audience: fc.constantFrom<string[]>([], ['https://orders.example.com']),
  resource: fc.constant<string[]>([]),
});

type Request = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never;
interface Document {
  readonly implicit_scope?: string;
}

const SCOPE = ['orders:read', 'orders:write'];

function expectChecked({ token }: Obtained, document: Document, request: Request): void {
  const { accessToken, scope, implicitScope, audience, issuedAt, expiresAt, jti, sub, clientId } =
    token as NonNullable<typeof token>;
  expect(accessToken).toMatch(/^[!-~]+$/);
  expect(expiresAt).toBeGreaterThanOrEqual(issuedAt);
  expect(expiresAt).toBeLessThanOrEqual(issuedAt + TEN_YEARS);
  const bound = request.scope.length > 0 ? request.scope : SCOPE;
  expect(scope.filter((one) => !bound.includes(one))).toEqual([]);
  expect(implicitScope?.filter((one) => one !== document.implicit_scope)).toEqual([]);
  // Without a claim that was verified, the token states no audience.
  if (audience.length > 0) expect(audience).toEqual(expect.arrayContaining(request.audience));
  for (const text of [jti, sub, clientId, ...audience]) {
    expect(['string', 'undefined']).toContain(typeof text);
    expect(text?.isWellFormed() ?? true).toBe(true);
    expect(text ?? '').not.toMatch(/\p{Cc}/u);
  }
}

/** What a text about a token response names: a member, a claim, a part of the JWT, or an error code. */
const NAMED =
  /: (it must be a JSON object|access_token|token_type|expires_in|scope|no scope was requested|the claim (iss|aud|exp|scope)|alg of the JWT|its signature|the payload of the JWT)|\((invalid_client|invalid_scope|status 200, an error code that is not registered)\)/;

/** A refusal names what it is about, and repeats no token. */
export function expectNamed({ error }: Obtained, names: RegExp): void {
  expect(error).toBeInstanceOf(VendError);
  const { code, message, advice } = error as VendError;
  expect(code).not.toBe('internal');
  expect(message).not.toBe(errorTable[code].text);
  expect(message).toMatch(names);
  expect(`${message} ${advice}`).not.toMatch(/canary|native code|undefined|Infinity s|NaN/);
}

async function expectTokenOrName(
  bodies: Parameters<typeof obtainFrom>[0],
  document: Document,
  request: Request,
): Promise<void> {
  const obtained = await obtainFrom(bodies, document, request);
  if (obtained.token === undefined) expectNamed(obtained, NAMED);
  else expectChecked(obtained, document, request);
}

/** @param numRuns number of responses to try of each kind */
export function describeAnyTokenResponse(numRuns: number): void {
  it(
    'is a checked token or a refusal that names a member',
    async () => {
      const type = fc.constantFrom(
        'application/json',
        'text/html',
        'application/x-www-form-urlencoded',
      );
      const property = fc.asyncProperty(
        anyBody(fc.oneof(anyObject(RESPONSE), anyObject(ERRORS))),
        type,
        anyDocument,
        anyRequest,
        async (token, type, document, request) =>
          await expectTokenOrName({ token, type }, document, request),
      );
      await fc.assert(property, { numRuns });
    },
    TIMEOUT,
  );

  it(
    'with a JWT of any claims is a checked token or a refusal that names a claim',
    async () => {
      const header = fc.constantFrom({}, { kid: 'x' }, { kid: 7 }, { typ: 7 }, { b64: false });
      const property = fc.asyncProperty(
        anyPayload,
        header,
        fc.constantFrom({}, { expires_in: 3600 }, { expires_in: 0 }, { scope: 'orders:read' }),
        anyDocument,
        anyRequest,
        async (payload, header, more, document, request) => {
          const access_token = await signToken('ES256', header, payload);
          const token = JSON.stringify({ access_token, token_type: 'Bearer', ...more });
          await expectTokenOrName({ token }, document, request);
        },
      );
      await fc.assert(property, { numRuns });
    },
    TIMEOUT,
  );
}
