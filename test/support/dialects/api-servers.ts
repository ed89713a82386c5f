import type { KnownServer } from './known-server.ts';

const SALESFORCE = 'https://example.my.salesforce.com';

const salesforce: KnownServer = {
  metadata: {
    [`${SALESFORCE}/.well-known/openid-configuration`]: {
      issuer: SALESFORCE,
      token_endpoint: `${SALESFORCE}/services/oauth2/token`,
      jwks_uri: `${SALESFORCE}/id/keys`,
      revocation_endpoint: `${SALESFORCE}/services/oauth2/revoke`,
    },
  },
  tokenEndpoint: `${SALESFORCE}/services/oauth2/token`,
  authentication: 'basic',
  issue: (_form, now) => ({
    token: '00Dcanary!AQ.example',
    response: {
      signature: 'example',
      scope: 'cdp_query_api api',
      instance_url: SALESFORCE,
      id: `${SALESFORCE}/id/00D/005`,
      token_type: 'Bearer',
      issued_at: String(now * 1000),
    },
  }),
  vended: { scope: 'api cdp_query_api', expires_in: 900 },
};

const apigee: KnownServer = {
  metadata: {},
  tokenEndpoint: 'https://api.example.com/oauth/token',
  authentication: 'basic',
  issue: (_form, now) => ({
    token: 'canaryApigeeToken',
    response: {
      refresh_token_expires_in: '0',
      api_product_list: '[orders]',
      api_product_list_json: ['orders'],
      organization_name: 'example',
      'developer.email': 'orders@example.com',
      token_type: 'BearerToken',
      issued_at: String(now * 1000),
      client_id: 'orders',
      application_name: 'example',
      scope: '',
      expires_in: '3599',
      refresh_count: '0',
      status: 'approved',
    },
  }),
  vended: { scope: '', expires_in: 3599 },
};

const zoom: KnownServer = {
  metadata: {},
  tokenEndpoint: 'https://zoom.us/oauth/token',
  authentication: 'basic',
  requires: { grant_type: 'account_credentials', account_id: '...' },
  issue: () => ({
    token: 'eyJhbGciOiJIUzUxMiJ9.eyJpc3MiOiJodHRwczovL3pvb20udXMifQ.canary',
    response: {
      token_type: 'bearer',
      expires_in: 3599,
      scope: 'meeting:read:admin user:read:admin',
      api_url: 'https://api.zoom.us',
    },
  }),
  vended: { scope: 'meeting:read:admin user:read:admin', expires_in: 3599 },
};

/** Servers of APIs, by the section of docs/servers.md. */
export const API_SERVERS: Readonly<Record<string, KnownServer>> = {
  Salesforce: salesforce,
  Apigee: apigee,
  Zoom: zoom,
};
