import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import type { Recipe } from './recipe-schema.ts';
import type { StoredDocument } from './rotated-document.ts';
import { fillText, type Variables } from './template.ts';

/** The client whose secret is rotated. */
export interface RotatedClient {
  readonly id: CredentialId;
  readonly recipe: Recipe;
  readonly current: StoredDocument;
  /** Id of the new version. */
  readonly versionId: string;
  /** Of the secret, in AWS. */
  readonly region: string;
}

/**
 * The variables of a recipe that are known before its first request.
 *
 * @throws VendError `credential_invalid` naming the parameter, or the method that does not fit
 */
export function variablesOfClient(client: RotatedClient): Variables {
  const { id, current, versionId, region } = client;
  const { document, members } = current;
  checkMethod(client);
  const { origin, pathname } = new URL(document.issuer);
  const variables = {
    credential: formatCredentialId(id),
    request_token: versionId,
    client_id: document.clientId,
    issuer: document.issuer,
    issuer_origin: origin,
    issuer_name: pathname.split('/').findLast((part) => part !== '') ?? '',
    region,
    registration_access_token: members['registration_access_token'],
  };
  return { ...variables, ...parametersOf(client, variables) };
}

function checkMethod({ recipe, current }: RotatedClient): void {
  const { authentication } = current.document;
  const hasKey =
    authentication.method === 'private_key_jwt' && authentication.source === 'document';
  const fits = recipe.secret === 'key_pair' ? hasKey : 'clientSecret' in authentication;
  if (!fits)
    throw new VendError('credential_invalid', {
      says: `Recipe ${recipe.name} rotates ${recipe.secret === 'key_pair' ? 'private_key_jwk' : 'client_secret'}, and the credential document has none.`,
    });
  if (
    recipe.authorization === 'registration_access_token' &&
    current.members['registration_access_token'] === undefined
  )
    throw new VendError('credential_invalid', {
      says: `Recipe ${recipe.name} needs registration_access_token in the credential document.`,
    });
}

function parametersOf({ recipe, current }: RotatedClient, variables: Variables): Variables {
  const given = current.document.rotation?.parameters ?? {};
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(recipe.parameters, name));
  if (unknown !== undefined)
    throw new VendError('credential_invalid', {
      says: `rotation.parameters must not have ${unknown}: recipe ${recipe.name} has ${Object.keys(recipe.parameters).join(', ')}.`,
    });
  return Object.fromEntries(
    Object.entries(recipe.parameters).map(([name, parameter]) => {
      const value = given[name] ?? parameter.default;
      if (value === undefined)
        throw new VendError('credential_invalid', {
          says: `rotation.parameters must have ${name} for recipe ${recipe.name}: ${parameter.description}.`,
        });
      return [name, given[name] ?? fillText(value, variables)];
    }),
  );
}
