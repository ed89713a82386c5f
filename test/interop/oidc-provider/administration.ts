import type { ClientRegistration, IssuerForm } from '../server.ts';

/** Where the issuer of each form is mounted. */
export const ISSUER_PATHS: Readonly<Record<IssuerForm, string>> = {
  root: '',
  path: '/tenants/one',
  slash: '/tenants/two/',
};

/** One request of the test to the process of the server. */
export type Administration =
  | { readonly register: ClientRegistration }
  | { readonly setSecret: { readonly id: string; readonly secret: string } }
  | { readonly rotateSigningKey: string };
