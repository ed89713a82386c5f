export type Environment = 'live' | 'test';

/** Where each environment of Hii Retail answers. Tokens of one do not work in the other. */
export const hosts: Readonly<
  Record<Environment, { readonly issuer: string; readonly tokenUrl: string; readonly api: string }>
> = {
  live: {
    issuer: 'https://auth.retailsvc.com',
    tokenUrl: 'https://auth.retailsvc.com/oauth2/token',
    api: 'https://iam-api.retailsvc.com',
  },
  test: {
    issuer: 'https://auth.retailsvc-test.com',
    tokenUrl: 'https://auth.retailsvc-test.com/oauth2/token',
    api: 'https://iam-api.retailsvc-test.com',
  },
};

/**
 * The environment of a tenant by the one documented rule: the id of a test tenant is that of its live tenant with `test` appended.
 * Nothing else in an id means anything.
 */
export function environmentOfTenant(tenantId: string): Environment {
  return tenantId.endsWith('test') ? 'test' : 'live';
}

/** The environment that a host belongs to, or `undefined` for hosts elsewhere, such as proxies and loopback. */
export function environmentOfHost(hostname: string): Environment | undefined {
  if (/(^|\.)retailsvc-test\.com$/.test(hostname)) return 'test';
  return /(^|\.)retailsvc\.com$/.test(hostname) ? 'live' : undefined;
}
