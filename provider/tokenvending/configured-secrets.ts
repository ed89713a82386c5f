import type { SecretMember } from '../../lib/credential/document-schema.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { KnownConfig } from '../framework/schema/infer.ts';
import { pathOf } from '../framework/values/path.ts';
import type { credentialSchema } from './credential-schema.ts';

/** The secret members of a document that the configuration can have. A rotation writes the other. */
export type ConfiguredSecrets = Readonly<Record<Exclude<SecretMember, 'rotation_state'>, unknown>>;

/**
 * The secret members of a document in the configuration. Null removes what is stored.
 *
 * @throws DiagnosticError at `private_key_jwk` if it is not JSON
 */
export function configuredSecrets(config: KnownConfig<typeof credentialSchema>): ConfiguredSecrets {
  const { client_secret, private_key_jwk, tls_client_key, registration_access_token } = config;
  return {
    client_secret,
    private_key_jwk: private_key_jwk === null ? null : parseKey(private_key_jwk),
    tls_client_key,
    registration_access_token,
  };
}

function parseKey(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which is the key.
    throw new DiagnosticError({
      summary: 'private_key_jwk is not valid',
      detail: 'private_key_jwk must be a JSON Web Key as JSON text, for example jsonencode({...}).',
      path: pathOf('private_key_jwk'),
    });
  }
}
