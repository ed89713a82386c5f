interface LeastDocument {
  readonly issuer: string;
  /** The members that the profile requires, in its order. */
  readonly more?: Readonly<Record<string, unknown>>;
  /** Members that the profile refuses, and the beginning of the rule. */
  readonly bad?: readonly (readonly [change: object, rule: string])[];
}

const entra = 'https://login.microsoftonline.com';
const tenant = '00000000-1111-2222-3333-444444444444';

/** By profile: what a document needs besides client id and secret. */
export const leastDocuments: Readonly<Record<string, LeastDocument>> = {
  adfs: {
    issuer: 'https://fs.example.com/adfs',
    more: { resource: 'https://orders.example.com' },
    bad: [[{ issuer: 'https://fs.example.com/adfs/' }, 'issuer must be https://HOST/adfs']],
  },
  apigee: {
    issuer: 'https://api.example.com',
    more: { token_endpoint: 'https://api.example.com/oauth/token' },
  },
  auth0: {
    issuer: 'https://example.eu.auth0.com/',
    more: { audience: 'https://orders.example.com' },
  },
  cognito: {
    issuer: 'https://cognito-idp.eu-north-1.amazonaws.com/eu-north-1_Example01',
    more: { token_endpoint: 'https://example.auth.eu-north-1.amazoncognito.com/oauth2/token' },
    bad: [
      [
        { issuer: 'https://example.auth.eu-north-1.amazoncognito.com' },
        'issuer must be https://cognito-idp.REGION.amazonaws.com/USER_POOL_ID',
      ],
    ],
  },
  entra: {
    issuer: `${entra}/${tenant}/v2.0`,
    more: {
      scope: 'api://orders/.default',
      default_scope: 'api://orders/.default',
    },
    bad: [
      [{ issuer: `${entra}/common/v2.0` }, 'issuer must be https://login.microsoftonline.com/'],
      [{ issuer: `${entra}/${tenant}` }, 'issuer must be https://login.microsoftonline.com/'],
      [{ scope: 'api://orders/.default read' }, 'scope must have only scopes of the form'],
      [
        {
          scope: 'api://orders/.default api://stock/.default',
          default_scope: 'api://orders/.default api://stock/.default',
        },
        'default_scope must be one scope',
      ],
    ],
  },
  hiiretail: { issuer: 'https://auth.retailsvc.com' },
  hydra: { issuer: 'https://hydra.example.com' },
  keycloak: {
    issuer: 'https://login.example.com/realms/shop',
    bad: [
      [{ issuer: 'https://login.example.com' }, 'issuer must be the URL of a realm'],
      [{ issuer: 'https://login.example.com/realms/shop/' }, 'issuer must be the URL of a realm'],
    ],
  },
  okta: {
    issuer: 'https://example.okta.com/oauth2/default',
    more: { scope: 'orders:read', default_scope: 'orders:read' },
    bad: [
      [{ issuer: 'https://example.okta.com' }, 'issuer must name a custom authorization server'],
    ],
  },
  pingfederate: { issuer: 'https://sso.example.com' },
  salesforce: {
    issuer: 'https://example.my.salesforce.com',
    bad: [[{ issuer: 'https://login.salesforce.com' }, 'issuer must be the My Domain host']],
  },
  spring: { issuer: 'https://auth.example.com' },
  wso2: { issuer: 'https://apim.example.com:9443/oauth2/token' },
  zoom: {
    issuer: 'https://zoom.us',
    more: { token_parameters: { account_id: 'example-account' } },
  },
};
