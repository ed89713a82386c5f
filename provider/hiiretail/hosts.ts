import { type Environment, hiiretail } from '../../lib/credential/profile.ts';

/** Where each environment of Hii Retail answers. Tokens of one do not work in the other. */
export const hosts: Readonly<
  Record<Environment, { readonly issuer: string; readonly tokenUrl: string; readonly api: string }>
> = {
  live: {
    issuer: `https://${hiiretail.issuerHosts.live}`,
    tokenUrl: `https://${hiiretail.issuerHosts.live}/oauth2/token`,
    api: 'https://iam-api.retailsvc.com',
  },
  test: {
    issuer: `https://${hiiretail.issuerHosts.test}`,
    tokenUrl: `https://${hiiretail.issuerHosts.test}/oauth2/token`,
    api: 'https://iam-api.retailsvc-test.com',
  },
};

/** The environment that a host belongs to, or `undefined` for hosts elsewhere, such as proxies and loopback. */
export function environmentOfHost(hostname: string): Environment | undefined {
  if (/(^|\.)retailsvc-test\.com$/.test(hostname)) return 'test';
  return /(^|\.)retailsvc\.com$/.test(hostname) ? 'live' : undefined;
}
