import type { Environment } from './environment.ts';

/**
 * The hosts of each environment of Hii Retail. Tokens of one environment are invalid in the other.
 */
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

/** The environment of a host. `undefined` for other hosts, such as proxies and loopback. */
export function environmentOfHost(hostname: string): Environment | undefined {
  if (/(^|\.)retailsvc-test\.com$/.test(hostname)) return 'test';
  return /(^|\.)retailsvc\.com$/.test(hostname) ? 'live' : undefined;
}
