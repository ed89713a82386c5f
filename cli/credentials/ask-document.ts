import type { ServerProfile } from '../../lib/credential/profile.ts';
import { type Members, parseKey, withMembers } from './document-members.ts';

/** Prompts for one line on a terminal. */
export interface Asker {
  /** May be empty. */
  line(label: string): Promise<string>;
  /** Without echo. */
  secret(label: string): Promise<string>;
  /** Prompts for the name of a file. */
  content(label: string): Promise<string>;
}

const METHOD =
  'authentication method: client_secret_basic, client_secret_post, client_secret_jwt, private_key_jwt, tls_client_auth or self_signed_tls_client_auth (empty: client_secret_basic)';
const ASSERTION_AUDIENCE =
  'aud of assertions: issuer, token_endpoint or the value itself (empty: issuer)';
const SOURCE = 'source of assertions: document, kms or aws_web_identity (empty: document)';
const KMS_KEY = 'key of AWS KMS that signs assertions: its id or ARN';
const ALGORITHM =
  'algorithm of assertions, such as ES256; of aws_web_identity RS256 or ES384 (empty: RS256)';
const OPTIONAL: readonly (readonly [member: string, label: string])[] = [
  ['scope', 'scopes that callers may request, space-separated (empty: none)'],
  ['default_scope', 'default scopes, space-separated (empty: the server decides)'],
  ['audience', 'audience (empty: none)'],
];
const FURTHER = 'another key of the document, such as access_token_format=opaque (empty: no more)';

/**
 * Prompts for the members of a document. What the profile or the command line supplies is not
 * asked.
 *
 * @param given members of the command line
 * @throws CommandError 2 naming a member that is unknown or not in the form `key=value`
 */
export async function askDocument(
  asker: Asker,
  profile: ServerProfile,
  given: Members,
): Promise<Members> {
  const isGeneric = profile.name === 'generic';
  let members: Members = isGeneric ? given : { profile: profile.name, ...given };
  const supplied = (member: string) => find(members, member) ?? find(profile.defaults, member);
  const ask = async (member: string, label: string) => {
    if (supplied(member) !== undefined) return;
    const value = await asker.line(label);
    if (value !== '') members = withMembers(members, [`${member}=${value}`]);
  };
  await ask('issuer', 'issuer (https URL)');
  await ask('client_id', 'client id');
  if (isGeneric) await ask('token_endpoint_auth_method', METHOD);
  const method = String(supplied('token_endpoint_auth_method') ?? '');
  if (method === 'private_key_jwt') await ask('client_assertion_source', SOURCE);
  const source = String(supplied('client_assertion_source') ?? 'document');
  if (source === 'kms') await ask('kms_key_id', KMS_KEY);
  if (source !== 'document') await ask('token_endpoint_auth_signing_alg', ALGORITHM);
  for (const [member, secret] of secretsOf(asker, method, source))
    if (members[member] === undefined) members = { ...members, [member]: await secret() };
  if (method.endsWith('_jwt')) await ask('client_assertion_audience', ASSERTION_AUDIENCE);
  for (const { member, text } of profile.requires) await ask(member, `${member} (${text})`);
  for (const [member, label] of OPTIONAL) await ask(member, label);
  for (let more = await asker.line(FURTHER); more !== ''; more = await asker.line(FURTHER))
    members = withMembers(members, [more]);
  return members;
}

function secretsOf(
  asker: Asker,
  method: string,
  source: string,
): readonly (readonly [member: string, ask: () => Promise<unknown>])[] {
  if (method.endsWith('tls_client_auth'))
    return [
      ['tls_client_certificate', () => asker.content('file of the certificate (PEM)')],
      ['tls_client_key', () => asker.content('file of its private key (PEM)')],
    ];
  if (method !== 'private_key_jwt') return [['client_secret', () => asker.secret('client secret')]];
  if (source !== 'document') return [];
  const askKey = async () => parseKey(await asker.secret('private key as JWK, in one line'));
  return [['private_key_jwk', askKey]];
}

/** The value of a member, which may be a parameter: `token_parameters.NAME`. */
function find(members: Members, member: string): unknown {
  const [key = '', ...rest] = member.split('.');
  const value = members[key];
  return rest.length === 0 ? value : (value as Members | undefined)?.[rest.join('.')];
}
