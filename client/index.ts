/**
 * The SDK of token-vending.
 *
 * @module
 */
export type { HttpsTransport } from '../lib/http/https-transport.ts';
export type {
  ChangedCredential,
  RegisteredCredential,
  TestedCredential,
} from '../lib/http/registry-wire.ts';
export type {
  CallerIdentity,
  CredentialDescription,
  EndpointMetadata,
  EvaluationResponse,
  IntrospectionResponse,
  RevocationResponse,
  VendedToken,
} from '../lib/http/wire.ts';
export type { AccessEvaluation } from './access-evaluation.ts';
export type { SigningService } from './endpoint.ts';
export { type ChangeOptions, RegistryClient } from './registry-client.ts';
export type { AwsCredentials } from './sigv4-signer.ts';
export { TokenClient, type TokenOptions } from './token-client.ts';
export type { TokenClientOptions } from './token-client-options.ts';
export { TokenVendingError } from './token-vending-error.ts';
