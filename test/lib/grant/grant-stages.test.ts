import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import type { ErrorCode } from '../../../lib/errors/error-table.ts';
import type { GrantFinding } from '../../../lib/grant/grant-finding.ts';
import { failedStageOf, stagesOf } from '../../../lib/grant/grant-stages.ts';
import { grantStagesSchema } from '../../../lib/http/grant-stages.ts';
import { DOCUMENT, ISSUER, SECRET_CANARY, TOKEN_CANARY } from '../../support/fake-ports.ts';

const parse = (document: object) =>
  parseCredentialDocument(JSON.stringify(document), { allowLoopbackHttp: false });

const METADATA = {
  stage: 'metadata',
  metadata: {
    issuer: ISSUER,
    tokenEndpoint: `${ISSUER}/token`,
    jwksUri: `${ISSUER}/jwks`,
    revocationEndpoint: undefined,
    introspectionEndpoint: undefined,
    foundAt: [`${ISSUER}/.well-known/openid-configuration`],
    grantTypesSupported: ['client_credentials'],
  },
} as const;
const REQUEST: GrantFinding = {
  stage: 'request',
  parameters: new URLSearchParams('scope=orders:read&tag=a&tag=b'),
};
const responseOf = (isError: boolean): GrantFinding => ({
  stage: 'response',
  response: {
    status: isError ? 400 : 200,
    isError,
    members: { access_token: 'string' },
    values: { expires_in: '3600' },
  },
});
const TOKEN: GrantFinding = { stage: 'token', response: { access_token: TOKEN_CANARY } };
const KEYS: GrantFinding = {
  stage: 'keys',
  jwksUri: `${ISSUER}/jwks`,
  compared: { alg: 'ES256', kid: 'key-1', published: ['key-1', undefined] },
};
const CLAIMS: GrantFinding = {
  stage: 'claims',
  claims: { iss: ISSUER, aud: TOKEN_CANARY, exp: 7, sub: 'unshown', client_id: SECRET_CANARY },
};
const ALL = [METADATA, REQUEST, responseOf(true), responseOf(false), TOKEN, KEYS, CLAIMS];

describe('the stages of a grant', () => {
  it('are what each found, of several responses the last, without a secret or the token', () => {
    const stages = stagesOf(ALL, parse(DOCUMENT));
    expect(stages).toEqual({
      metadata: {
        found_at: [`${ISSUER}/.well-known/openid-configuration`],
        issuer: ISSUER,
        token_endpoint: `${ISSUER}/token`,
        jwks_uri: `${ISSUER}/jwks`,
        grant_types_supported: ['client_credentials'],
      },
      request: {
        endpoint: `${ISSUER}/token`,
        token_endpoint_auth_method: 'client_secret_basic',
        grant_type: 'client_credentials',
        parameters: { scope: ['orders:read'], tag: ['a', 'b'] },
      },
      response: { status: 200, members: { access_token: 'string' }, expires_in: '3600' },
      keys: {
        jwks_uri: `${ISSUER}/jwks`,
        alg: 'ES256',
        kid: 'key-1',
        published: ['key-1', null],
      },
      claims: { iss: ISSUER, aud: '(secret)', exp: 7, client_id: '(secret)' },
    });
    expect(v.parse(grantStagesSchema, JSON.parse(JSON.stringify(stages)))).toEqual(
      JSON.parse(JSON.stringify(stages)),
    );
  });

  it('are absent if they were not reached', () => {
    expect(stagesOf([], parse(DOCUMENT))).toEqual({});
    expect(Object.keys(stagesOf([METADATA, REQUEST], parse(DOCUMENT)))).toEqual([
      'metadata',
      'request',
    ]);
  });

  it('have the audience of the assertion, and no URL of metadata that the document has', () => {
    const method = { token_endpoint_auth_method: 'client_secret_jwt' };
    const fromDocument = {
      stage: 'metadata',
      metadata: { ...METADATA.metadata, foundAt: undefined },
    } as const;
    const document = parse({ ...DOCUMENT, ...method });
    expect(stagesOf([fromDocument, REQUEST], document)).toMatchObject({
      metadata: { found_at: [] },
      request: { client_assertion_audience: ISSUER },
    });
  });
});

describe('the stage that failed', () => {
  it.each<[string, readonly GrantFinding[], ErrorCode, string]>([
    ['nothing was found', [], 'upstream_unavailable', 'metadata'],
    ['no response arrived', [METADATA, REQUEST], 'upstream_timeout', 'request'],
    ['the response is an error', [METADATA, responseOf(true)], 'credential_refused', 'request'],
    ['the response has no token', [METADATA, responseOf(false)], 'token_unacceptable', 'response'],
    ['the keys were not read', [METADATA, TOKEN], 'upstream_unavailable', 'keys'],
    ['no key fits', [METADATA, TOKEN, KEYS], 'token_unacceptable', 'keys'],
    ['the claims do not fit', [METADATA, TOKEN, KEYS, CLAIMS], 'token_unacceptable', 'checks'],
    ['an opaque token does not fit', [METADATA, TOKEN], 'token_unacceptable', 'checks'],
  ])('if %s', (_case, findings, code, stage) => {
    expect(failedStageOf(findings, code)).toBe(stage);
  });
});
