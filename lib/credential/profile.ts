import { isLoopback } from '../http/endpoint-url.ts';
import { type OcmsClient, readOcmsClientId } from './ocms-client-id.ts';

/** Tokens of one environment do not work in the other. */
export type Environment = 'live' | 'test';

/** The properties of one kind of authorization server. Data only. */
export interface ServerProfile {
  /** Value of `profile` in a document. */
  readonly name: string;
  /** Allowed audiences of a document that names none. The first is the default. */
  readonly audience: readonly string[];
  /** How the issuer of the server is compared with the issuer of the document. */
  readonly issuerComparison: 'exact' | 'trailing-slash-tolerated';
  /** Host of the issuer in each environment; `undefined` if the server can be anywhere. */
  readonly issuerHosts: Readonly<Record<Environment, string>> | undefined;
  /** Format of client ids. */
  readonly clientIdFormat: 'opaque' | 'ocms';
}

/** Any server that follows the standards. */
export const generic = {
  name: 'generic',
  audience: [],
  issuerComparison: 'exact',
  issuerHosts: undefined,
  clientIdFormat: 'opaque',
} as const satisfies ServerProfile;

/** The OCMS of Hii Retail, an Ory Hydra 1.x. */
export const hiiretail = {
  name: 'hiiretail',
  // Every API of Hii Retail rejects a token without it, although OCMS issues such a token.
  audience: ['https://hiiretail.com'],
  // Ory Hydra 1.x appends a slash to its own issuer.
  issuerComparison: 'trailing-slash-tolerated',
  issuerHosts: { live: 'auth.retailsvc.com', test: 'auth.retailsvc-test.com' },
  clientIdFormat: 'ocms',
} as const satisfies ServerProfile;

const profiles = { generic, hiiretail } satisfies Record<string, ServerProfile>;

export type ProfileName = keyof typeof profiles;

/** Every value that `profile` of a document may have. */
export const PROFILE_NAMES = Object.keys(profiles) as readonly ProfileName[];

export function findProfile(name: ProfileName): ServerProfile {
  return profiles[name];
}

/**
 * Whether two issuers are the same: the same string (RFC 8414 section 3.3), or, if the profile
 * tolerates it, the same except for one trailing slash.
 */
export function isSameIssuer(
  { issuerComparison }: ServerProfile,
  issuer: string,
  expected: string,
): boolean {
  return issuerComparison === 'exact'
    ? issuer === expected
    : withoutSlash(issuer) === withoutSlash(expected);
}

function withoutSlash(issuer: string): string {
  return issuer.endsWith('/') ? issuer.slice(0, -1) : issuer;
}

/** The members of the client id; `undefined` if it has none. */
export function readClientId(
  { clientIdFormat }: ServerProfile,
  clientId: string,
): OcmsClient | undefined {
  return clientIdFormat === 'ocms' ? readOcmsClientId(clientId) : undefined;
}

/**
 * The environment of a tenant by the one documented rule: the id of a test tenant is that of its
 * live tenant with `test` appended. Nothing else in an id has a meaning.
 */
export function environmentOfTenant(tenantId: string): Environment {
  return tenantId.endsWith('test') ? 'test' : 'live';
}

/**
 * The rule that an issuer breaks, in words, or `undefined`. An issuer on loopback belongs to no
 * environment.
 */
export function findIssuerError(
  profile: ServerProfile,
  issuer: URL,
  clientId: string,
): string | undefined {
  const { name, issuerHosts } = profile;
  if (issuerHosts === undefined || isLoopback(issuer.hostname)) return undefined;
  const { live, test } = issuerHosts;
  if (issuer.hostname !== live && issuer.hostname !== test)
    return `issuer must be https://${live} or https://${test} with profile ${name}`;
  const tenantId = readClientId(profile, clientId)?.tenantId;
  if (tenantId === undefined) return undefined;
  const host = issuerHosts[environmentOfTenant(tenantId)];
  return issuer.hostname === host
    ? undefined
    : `issuer must be https://${host} for the tenant that client_id names`;
}
