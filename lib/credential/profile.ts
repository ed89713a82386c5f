import type { ErrorCode } from '../errors/error-table.ts';

/** A member that a document of the profile must have, because no default can be right. */
export interface Requirement {
  /** As {@link ProfileRule.member}. */
  readonly member: string;
  /** What to write there. */
  readonly text: string;
}

/** Restricts a member of a document. */
export interface ProfileRule {
  /** A member of the document, `token_parameters.NAME`, or `client_id.NAME`: see {@link readClientId}. */
  readonly member: string;
  /** Regular expression that each value of the member must match. */
  readonly pattern: string;
  /** The rule applies only to documents in which this member has a value that matches. */
  readonly when?: { readonly member: string; readonly pattern: string } | undefined;
  /** The rule in words. It continues a sentence that begins with the member. */
  readonly text: string;
}

/** How a client id contains names. */
export interface ClientIdFormat {
  /** `base64url`: the id is decoded first. */
  readonly encoding: 'none' | 'base64url';
  /** Regular expression whose named groups are the names. */
  readonly pattern: string;
}

/** What is particular to one kind of authorization server: a file of `profiles/`. Data only. */
export interface ServerProfile {
  /** Value of `profile` in a document. */
  readonly name: string;
  /** Members of a document that does not have them. */
  readonly defaults: Readonly<Record<string, unknown>>;
  readonly requires: readonly Requirement[];
  readonly rules: readonly ProfileRule[];
  /** How the issuer of the server is compared with the issuer of the document. */
  readonly issuerComparison: 'exact' | 'trailing_slash_ignored';
  /** `undefined` if client ids contain no names. */
  readonly clientId: ClientIdFormat | undefined;
  /** What to do at this kind of server about an error of the grant. */
  readonly advice: Readonly<Partial<Record<ErrorCode, string>>>;
}

/** The members of a profile in JSON that differ from {@link ServerProfile}. */
interface ProfileFile extends Partial<ServerProfile> {
  readonly issuer_comparison?: ServerProfile['issuerComparison'];
  readonly client_id?: Partial<ClientIdFormat> & Pick<ClientIdFormat, 'pattern'>;
}

/** Any server that follows the standards: the profile of documents that name none. */
export const generic: ServerProfile = {
  name: 'generic',
  defaults: {},
  requires: [],
  rules: [],
  issuerComparison: 'exact',
  clientId: undefined,
  advice: {},
};

/** @param file a profile in JSON that was checked before: see `parseProfile` */
export function toServerProfile(name: string, file: object): ServerProfile {
  const { defaults, requires, rules, advice, ...rest }: ProfileFile = { ...generic, ...file };
  const { issuer_comparison: issuerComparison, client_id: format } = rest;
  return {
    name,
    defaults,
    requires,
    rules,
    issuerComparison: issuerComparison ?? 'exact',
    clientId: format && { encoding: 'none', ...format },
    advice,
  };
}

/**
 * Whether two issuers are the same: the same string (RFC 8414 section 3.3), or, if the profile
 * ignores it, the same except for one trailing slash.
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

/** The names that a client id contains, such as its tenant. Empty if it is not of the format. */
export function readClientId(
  { clientId: format }: ServerProfile,
  clientId: string,
): Readonly<Record<string, string | undefined>> {
  if (format === undefined) return {};
  const text =
    format.encoding === 'base64url' ? Buffer.from(clientId, 'base64url').toString() : clientId;
  return new RegExp(format.pattern, 'u').exec(text)?.groups ?? {};
}
