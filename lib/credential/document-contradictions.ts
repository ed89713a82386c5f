import type { DocumentFields } from './document-schema.ts';

/** The rules that keys of a document break together, each in words. */
export function findContradictions(fields: DocumentFields): string[] {
  const errors = [
    ...(fields.token_endpoint_auth_method === 'private_key_jwt'
      ? findKeyErrors(fields)
      : findSecretErrors(fields)),
    fields.default_scope.some((scope) => !fields.scope?.includes(scope)) &&
      'default_scope must be within scope',
  ];
  return errors.filter((error) => typeof error === 'string');
}

function findKeyErrors({ private_key_jwk, client_secret }: DocumentFields) {
  return [
    private_key_jwk === undefined && 'private_key_jwk is missing for private_key_jwt',
    client_secret !== undefined && 'client_secret must be absent with private_key_jwt',
  ];
}

function findSecretErrors(fields: DocumentFields) {
  const { private_key_jwk, client_secret, token_endpoint_auth_method: method } = fields;
  return [
    client_secret === undefined && `client_secret is missing for ${method}`,
    private_key_jwk !== undefined &&
      'private_key_jwk must be absent unless token_endpoint_auth_method is private_key_jwt',
  ];
}
