import type { KnownServer } from './known-server.ts';

const AUTH0 = 'https://example.eu.auth0.com';
const OKTA = 'https://example.okta.com';
const TENANT = '00000000-1111-2222-3333-444444444444';
const ENTRA = `https://login.microsoftonline.com/${TENANT}`;
const COGNITO = 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_Example01';
const COGNITO_DOMAIN = 'https://example.auth.eu-north-1.amazoncognito.com';

const auth0: KnownServer = {
  metadata: {
    [`${AUTH0}/.well-known/openid-configuration`]: {
      issuer: `${AUTH0}/`,
      token_endpoint: `${AUTH0}/oauth/token`,
      jwks_uri: `${AUTH0}/.well-known/jwks.json`,
      revocation_endpoint: `${AUTH0}/oauth/revoke`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    },
  },
  keys: `${AUTH0}/.well-known/jwks.json`,
  tokenEndpoint: `${AUTH0}/oauth/token`,
  authentication: 'post',
  requires: { audience: 'https://orders.example.com' },
  issue: (form, now) => ({
    token: {
      claims: {
        iss: `${AUTH0}/`,
        sub: 'orders@clients',
        aud: form.get('audience'),
        iat: now,
        exp: now + 86_400,
        scope: form.get('scope'),
        gty: 'client-credentials',
        azp: 'orders',
      },
    },
    response: { scope: form.get('scope'), expires_in: 86_400, token_type: 'Bearer' },
  }),
  vended: { scope: 'read:orders', expires_in: 86_400 },
};

const oktaMetadata = (issuer: string, base: string) => ({
  issuer,
  token_endpoint: `${base}/v1/token`,
  jwks_uri: `${base}/v1/keys`,
  introspection_endpoint: `${base}/v1/introspect`,
  revocation_endpoint: `${base}/v1/revoke`,
});
const oktaClaims = (issuer: string, now: number) => ({
  ver: 1,
  jti: 'AT.example',
  iss: issuer,
  iat: now,
  exp: now + 3600,
});

const okta: KnownServer = {
  metadata: {
    [`${OKTA}/oauth2/default/.well-known/openid-configuration`]: oktaMetadata(
      `${OKTA}/oauth2/default`,
      `${OKTA}/oauth2/default`,
    ),
  },
  keys: `${OKTA}/oauth2/default/v1/keys`,
  tokenEndpoint: `${OKTA}/oauth2/default/v1/token`,
  authentication: 'basic',
  requires: { scope: 'orders:read' },
  issue: (form, now) => ({
    token: {
      claims: {
        ...oktaClaims(`${OKTA}/oauth2/default`, now),
        aud: 'api://default',
        cid: 'orders',
        scp: [form.get('scope')],
        sub: 'orders',
      },
    },
    response: { token_type: 'Bearer', expires_in: 3600, scope: form.get('scope') },
  }),
  vended: { scope: 'orders:read', expires_in: 3600 },
};

// Its keys are not those that sign, so only Okta can verify the tokens.
const oktaOrg: KnownServer = {
  metadata: { [`${OKTA}/.well-known/openid-configuration`]: oktaMetadata(OKTA, `${OKTA}/oauth2`) },
  tokenEndpoint: `${OKTA}/oauth2/v1/token`,
  authentication: 'assertion',
  assertionAudience: `${OKTA}/oauth2/v1/token`,
  requires: { scope: 'okta.users.read' },
  issue: (form, now) => ({
    token: {
      header: { kid: 'unpublished' },
      claims: { ...oktaClaims(OKTA, now), aud: OKTA, scp: [form.get('scope')], cid: 'directory' },
    },
    response: { token_type: 'Bearer', expires_in: 3600, scope: form.get('scope') },
  }),
  vended: { scope: 'okta.users.read', expires_in: 3600 },
};

/** @param claims of the version of the token */
const entra = (
  scope: string,
  claims: (now: number) => object,
  response: object = { expires_in: 3599, ext_expires_in: 3599 },
): KnownServer => ({
  metadata: {
    [`${ENTRA}/v2.0/.well-known/openid-configuration`]: {
      issuer: `${ENTRA}/v2.0`,
      token_endpoint: `${ENTRA}/oauth2/v2.0/token`,
      jwks_uri: `${ENTRA}/discovery/v2.0/keys`,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    },
  },
  keys: `${ENTRA}/discovery/v2.0/keys`,
  tokenEndpoint: `${ENTRA}/oauth2/v2.0/token`,
  authentication: 'post',
  requires: { scope },
  issue: (_form, now) => ({
    token: {
      header: { nonce: 'example' },
      claims: { iat: now, nbf: now, exp: now + 3599, ...claims(now) },
    },
    response: { token_type: 'Bearer', ...response },
  }),
  vended: { scope, expires_in: 3599 },
});

const sts = `https://sts.windows.net/${TENANT}/`;
const versionOne = () => ({
  iss: sts,
  aud: 'https://graph.microsoft.com',
  appid: 'orders',
  ver: '1.0',
});
const versionTwo = () => ({ iss: `${ENTRA}/v2.0`, aud: 'orders-api', azp: 'orders', ver: '2.0' });

const cognito: KnownServer = {
  metadata: {
    [`${COGNITO}/.well-known/openid-configuration`]: {
      issuer: COGNITO,
      token_endpoint: `${COGNITO_DOMAIN}/oauth2/token`,
      jwks_uri: `${COGNITO}/.well-known/jwks.json`,
      revocation_endpoint: `${COGNITO_DOMAIN}/oauth2/revoke`,
    },
  },
  keys: `${COGNITO}/.well-known/jwks.json`,
  tokenEndpoint: `${COGNITO_DOMAIN}/oauth2/token`,
  authentication: 'basic',
  issue: (form, now) => ({
    token: {
      header: { typ: undefined },
      claims: {
        sub: 'orders',
        token_use: 'access',
        scope: form.get('scope'),
        auth_time: now,
        iss: COGNITO,
        exp: now + 3600,
        iat: now,
        version: 2,
        jti: 'example',
        client_id: 'orders',
      },
    },
    response: { expires_in: 3600, token_type: 'Bearer' },
  }),
  vended: { scope: 'orders/read', expires_in: 3600 },
};

/** Entra ID with an API whose manifest requests tokens of version 1.0. */
export const ENTRA_VERSION_ONE = entra('api://orders/.default', versionOne);

/** Servers as a service, by the section of docs/servers.md. */
export const IDENTITY_CLOUDS: Readonly<Record<string, KnownServer>> = {
  Auth0: auth0,
  Okta: okta,
  'Okta org authorization server': oktaOrg,
  'Microsoft Entra ID': entra('https://graph.microsoft.com/.default', versionOne),
  'Microsoft Entra ID, verified tokens': entra('api://orders/.default', versionTwo),
  'Amazon Cognito': cognito,
  Snowflake: entra('https://snowflake.example.com/.default', versionOne),
};
