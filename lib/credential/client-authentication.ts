import type { ClientCertificate } from './client-certificate.ts';
import type { DocumentFields } from './document-schema.ts';
import type { PrivateKeyJwk } from './private-key-jwk.ts';

/** How a client proves itself to its authorization server (RFC 6749 section 2.3, RFC 7523, RFC 8705). */
export type ClientAuthentication =
  | {
      readonly method: 'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt';
      readonly clientSecret: string;
    }
  | {
      readonly method: 'private_key_jwt';
      readonly source: 'document';
      readonly privateKeyJwk: PrivateKeyJwk;
    }
  | KeylessAuthentication
  | {
      readonly method: 'tls_client_auth' | 'self_signed_tls_client_auth';
      readonly clientCertificate: ClientCertificate;
    };

/** The client's assertions are signed by AWS. The document contains no secret. */
export type KeylessAuthentication =
  | {
      readonly method: 'private_key_jwt';
      readonly source: 'kms';
      /** Key id or key ARN. Its last part is the `kid` of assertions. */
      readonly kmsKeyId: string;
      /** Of the signature (RFC 7518 section 3.1, RFC 8037): `RS256`. */
      readonly alg: string;
    }
  | {
      readonly method: 'private_key_jwt';
      readonly source: 'aws_web_identity';
      readonly alg: string;
    };

/** The authentication of a document without contradictions. */
export function readAuthentication(fields: DocumentFields): ClientAuthentication {
  const method = fields.token_endpoint_auth_method;
  switch (method) {
    case 'private_key_jwt':
      return readAssertionSource(fields);
    case 'tls_client_auth':
    case 'self_signed_tls_client_auth':
      return {
        method,
        clientCertificate: {
          certificate: fields.tls_client_certificate as string,
          key: fields.tls_client_key as string,
        },
      };
    default:
      return { method, clientSecret: fields.client_secret as string };
  }
}

function readAssertionSource(fields: DocumentFields): ClientAuthentication {
  const method = 'private_key_jwt';
  const source = fields.client_assertion_source;
  const alg = fields.token_endpoint_auth_signing_alg ?? 'RS256';
  switch (source) {
    case 'document':
      return { method, source, privateKeyJwk: fields.private_key_jwk as PrivateKeyJwk };
    case 'kms':
      return { method, source, kmsKeyId: fields.kms_key_id as string, alg };
    case 'aws_web_identity':
      return { method, source, alg };
  }
}
