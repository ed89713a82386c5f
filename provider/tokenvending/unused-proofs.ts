import type { Validation } from '../framework/dispatch/operation.ts';
import type { Config } from '../framework/schema/infer.ts';
import { pathOf } from '../framework/values/path.ts';
import type { credentialSchema } from './credential-schema.ts';

type Credential = Config<typeof credentialSchema>;

const BY_SECRET = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];
const BY_KEY = ['private_key_jwt'];
const BY_CERTIFICATE = ['tls_client_auth', 'self_signed_tls_client_auth'];

/** What proves a client, and the methods that use it. */
const PROOFS = [
  ['client_secret', BY_SECRET],
  ['private_key_jwk', BY_KEY],
  ['assertion_kms_key_id', BY_KEY],
  ['tls_client_certificate', BY_CERTIFICATE],
  ['tls_client_key', BY_CERTIFICATE],
] as const;

const METHODS: readonly string[] = [...BY_SECRET, ...BY_KEY, ...BY_CERTIFICATE];

/** Reports each attribute that the authentication method does not use, at plan instead of apply. */
export function reportUnusedProofs({ config, report }: Validation<Credential>): void {
  const method = config.token_endpoint_auth_method ?? defaultMethodOf(config);
  // It is not known before apply, is that of a profile, or breaks its own rule.
  if (typeof method !== 'string' || !METHODS.includes(method)) return;
  for (const [attribute, methods] of PROOFS) {
    if (config[attribute] === null || methods.includes(method)) continue;
    const needed = methods.map((one) => `"${one}"`).join(' or ');
    report({
      summary: `${attribute} is not used`,
      detail: `It needs token_endpoint_auth_method = ${needed}, and the method is "${method}". ${remedyFor(method)}`,
      path: pathOf(attribute),
    });
  }
}

function defaultMethodOf({ profile }: Credential): string | null {
  // Any other profile may have another method as its default.
  return profile === null || profile === 'generic' ? 'client_secret_basic' : null;
}

function remedyFor(method: string): string {
  if (BY_CERTIFICATE.includes(method)) return 'Set tls_client_certificate and tls_client_key.';
  return BY_KEY.includes(method)
    ? 'Set private_key_jwk, or client_assertion_source.'
    : 'Set client_secret.';
}
