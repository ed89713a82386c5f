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
  /** The response is a registration access token of the client (RFC 7592). */
  | { readonly registrationTokenOf: string }
  | { readonly setSecret: { readonly id: string; readonly secret: string } }
  | { readonly rotateSigningKey: string };
