import type { KnownServer } from './known-server.ts';

/** A server with its metadata at one URL and its endpoints below the issuer. */
function serverAt(
  issuer: string,
  [token, keys]: readonly [token: string, keys: string],
  more: Pick<KnownServer, 'issue' | 'vended'> & Partial<KnownServer>,
  metadata: object = {},
): KnownServer {
  const base = issuer.replace(/\/$/, '');
  const [tokenEndpoint, jwksUri] = [token, keys].map((path) => new URL(base + path).href) as [
    string,
    string,
  ];
  return {
    metadata: {
      [`${base}/.well-known/openid-configuration`]: {
        issuer,
        token_endpoint: tokenEndpoint,
        jwks_uri: jwksUri,
        ...metadata,
      },
    },
    keys: jwksUri,
    tokenEndpoint,
    authentication: 'basic',
    ...more,
  };
}

const realm = 'https://login.example.com/realms/shop';

const keycloak = serverAt(
  realm,
  ['/protocol/openid-connect/token', '/protocol/openid-connect/certs'],
  {
    issue: (_form, now) => ({
      token: {
        claims: {
          exp: now + 300,
          iat: now,
          jti: 'trrtcc:example',
          iss: realm,
          aud: 'account',
          sub: 'service-account',
          typ: 'Bearer',
          azp: 'orders',
          acr: '1',
          realm_access: { roles: ['offline_access'] },
          scope: 'profile email',
        },
      },
      response: {
        expires_in: 300,
        refresh_expires_in: 0,
        token_type: 'Bearer',
        'not-before-policy': 0,
        scope: 'profile email',
      },
    }),
    vended: { scope: '', expires_in: 300 },
  },
);

const hydraPaths = ['/oauth2/token', '/.well-known/jwks.json'] as const;

const hydra = serverAt('https://hydra.example.com', hydraPaths, {
  requires: { audience: 'https://orders.example.com' },
  issue: (form) => ({
    token: 'ory_at_canary.example',
    response: { expires_in: 3599, scope: form.get('scope'), token_type: 'bearer' },
  }),
  vended: { scope: 'orders:read', expires_in: 3599 },
});

// A Hydra 1.x: a slash at the end of its issuer, scopes as a list.
const ocms = serverAt('https://auth.retailsvc.com/', hydraPaths, {
  requires: { audience: 'https://hiiretail.com' },
  issue: (form, now) => ({
    token: {
      claims: {
        aud: form.getAll('audience'),
        client_id: 'orders',
        exp: now + 3599,
        ext: {},
        iat: now,
        iss: 'https://auth.retailsvc.com/',
        jti: 'example',
        nbf: now,
        scp: [],
        sub: 'orders',
      },
    },
    response: { expires_in: 3599, scope: '', token_type: 'bearer' },
  }),
  vended: { scope: '', expires_in: 3599 },
});

const wso2 = serverAt('https://apim.example.com:9443/oauth2/token', ['', '/../jwks'], {
  issue: (_form, now) => ({
    token: {
      header: { typ: 'at+jwt', x5t: 'example' },
      claims: {
        sub: 'admin',
        aut: 'APPLICATION',
        iss: 'https://apim.example.com:9443/oauth2/token',
        client_id: 'orders',
        aud: 'orders',
        nbf: now,
        azp: 'orders',
        scope: 'default',
        exp: now + 3600,
        iat: now,
        jti: 'example',
      },
    },
    response: { scope: 'am_application_scope default', token_type: 'Bearer', expires_in: 3600 },
  }),
  vended: { scope: '', expires_in: 3600 },
});

const spring = serverAt('https://auth.example.com', ['/oauth2/token', '/oauth2/jwks'], {
  issue: (form, now) => ({
    token: {
      claims: {
        sub: 'orders',
        aud: 'orders',
        nbf: now,
        scope: [form.get('scope')],
        iss: 'https://auth.example.com',
        exp: now + 300,
        iat: now,
        jti: 'example',
      },
    },
    response: { scope: form.get('scope'), token_type: 'Bearer', expires_in: 299 },
  }),
  vended: { scope: 'orders.read', expires_in: 299 },
});

const adfs = serverAt(
  'https://fs.example.com/adfs',
  ['/oauth2/token/', '/discovery/keys'],
  {
    authentication: 'post',
    requires: { resource: 'https://orders.example.com' },
    issue: (form, now) => ({
      token: {
        claims: {
          aud: form.get('resource'),
          iss: 'http://fs.example.com/adfs/services/trust',
          iat: now,
          nbf: now,
          exp: now + 3600,
          apptype: 'Confidential',
          appid: 'orders',
          ver: '1.0',
          scp: 'openid',
        },
      },
      response: { token_type: 'bearer', expires_in: 3600 },
    }),
    vended: { expires_in: 3600 },
  },
  { access_token_issuer: 'http://fs.example.com/adfs/services/trust' },
);

const pingfederate = serverAt('https://sso.example.com', ['/as/token.oauth2', '/pf/JWKS'], {
  requires: { access_token_manager_id: 'orders', scope: 'orders.read' },
  issue: (form, now) => ({
    // The access token manager has keys and an issuer of its own.
    token: { header: { kid: 'manager' }, claims: { scope: form.get('scope'), exp: now + 7199 } },
    response: { token_type: 'Bearer', expires_in: 7199 },
  }),
  vended: { scope: 'orders.read', expires_in: 7199 },
});

const other = serverAt('https://auth.example.com', ['/oauth2/token', '/jwks'], {
  issue: (form) => ({
    token: 'canary-token',
    response: { scope: form.get('scope'), token_type: 'Bearer', expires_in: 3600 },
  }),
  vended: { scope: 'orders:read', expires_in: 3600 },
});

/** Servers that an operator runs, by the section of docs/servers.md. */
export const OWN_SERVERS: Readonly<Record<string, KnownServer>> = {
  Keycloak: keycloak,
  'Ory Hydra': hydra,
  'Hii Retail OCMS': ocms,
  WSO2: wso2,
  'Spring Authorization Server': spring,
  'AD FS': adfs,
  PingFederate: pingfederate,
  'Any other server': other,
};
