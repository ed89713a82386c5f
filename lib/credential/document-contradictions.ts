import { isKeyOf } from './client-certificate.ts';
import type { DocumentFields } from './document-schema.ts';

/** The rules that keys of a document break together, each in words. */
export function findContradictions(fields: DocumentFields): string[] {
  const errors = [
    ...findAuthenticationErrors(fields),
    fields.default_scope.some((scope) => !fields.scope?.includes(scope)) &&
      'default_scope must be within scope',
  ];
  return errors.filter((error) => typeof error === 'string');
}

/** The keys with which a client proves itself, in the order in which errors name them. */
const PROOFS = [
  'client_secret',
  'private_key_jwk',
  'kms_key_id',
  'tls_client_certificate',
  'tls_client_key',
] as const;

type Proof = (typeof PROOFS)[number];

function findAuthenticationErrors(fields: DocumentFields) {
  const { token_endpoint_auth_method: method, client_assertion_source: source } = fields;
  const used = proofsOf(fields);
  const chosen =
    method === 'private_key_jwt' && source !== 'document'
      ? `client_assertion_source ${source}`
      : method;
  return [
    ...PROOFS.map((proof) => {
      const isUsed = used.includes(proof);
      if (isUsed === (fields[proof] !== undefined)) return undefined;
      return isUsed
        ? `${proof} is missing for ${chosen}`
        : `${proof} must be absent with ${chosen}`;
    }),
    source !== 'document' &&
      method !== 'private_key_jwt' &&
      `client_assertion_source must be absent unless token_endpoint_auth_method is private_key_jwt`,
    findAlgorithmError(fields),
    findCertificateError(fields, used),
  ];
}

function proofsOf(fields: DocumentFields): readonly Proof[] {
  switch (fields.token_endpoint_auth_method) {
    case 'private_key_jwt':
      return {
        document: ['private_key_jwk'] as const,
        kms: ['kms_key_id'] as const,
        aws_web_identity: [],
      }[fields.client_assertion_source];
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return ['tls_client_certificate', 'tls_client_key'];
    default:
      return ['client_secret'];
  }
}

function findAlgorithmError({
  token_endpoint_auth_method: method,
  client_assertion_source: source,
  token_endpoint_auth_signing_alg: alg,
}: DocumentFields) {
  if (alg === undefined) return undefined;
  if (method !== 'private_key_jwt' || source === 'document')
    return 'token_endpoint_auth_signing_alg must be absent unless client_assertion_source is kms or aws_web_identity';
  // STS signs with these only (GetWebIdentityToken).
  return source === 'aws_web_identity' && alg !== 'RS256' && alg !== 'ES384'
    ? 'token_endpoint_auth_signing_alg must be RS256 or ES384 with client_assertion_source aws_web_identity'
    : undefined;
}

function findCertificateError(
  { tls_client_certificate: certificate, tls_client_key: key }: DocumentFields,
  used: readonly Proof[],
) {
  if (!used.includes('tls_client_key') || certificate === undefined || key === undefined)
    return undefined;
  return isKeyOf({ certificate, key })
    ? undefined
    : 'tls_client_key must be the key of the first certificate in tls_client_certificate';
}
