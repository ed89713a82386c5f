import { VendError } from '../errors/vend-error.ts';

/** `team/name`: `client_id` in token requests, and a `Credential` inside a `Team` in policies. */
export interface CredentialId {
  readonly team: string;
  readonly name: string;
}

const SEGMENT = '[a-z0-9][a-z0-9-]{0,62}';
const CREDENTIAL_ID = new RegExp(`^(${SEGMENT})/(${SEGMENT})$`);

/** The rule in words, for messages. */
export const CREDENTIAL_ID_RULE =
  'must be team/name, each of 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen';

/**
 * Reads a credential name.
 *
 * @returns `undefined` if it does not follow {@link CREDENTIAL_ID_RULE}
 *
 * @example
 * ```ts
 * findCredentialId('checkout/orders-api'); // { team: 'checkout', name: 'orders-api' }
 * ```
 */
export function findCredentialId(text: string): CredentialId | undefined {
  const match = CREDENTIAL_ID.exec(text);
  return match === null ? undefined : { team: match[1] as string, name: match[2] as string };
}

/**
 * The credential of a secret.
 *
 * @param secretName `token-vending/checkout/orders-api`
 * @param prefix of the names of secrets: `token-vending/`
 * @returns `undefined` if it is the secret of no credential
 */
export function findIdOfSecret(secretName: string, prefix: string): CredentialId | undefined {
  return secretName.startsWith(prefix)
    ? findCredentialId(secretName.slice(prefix.length))
    : undefined;
}

/**
 * Reads the credential that a request names in `parameter`.
 *
 * @throws {@link VendError} `request_malformed` naming the parameter and the rule
 */
export function parseCredentialId(text: string, parameter: string): CredentialId {
  const id = findCredentialId(text);
  if (id === undefined) {
    throw new VendError('request_malformed', { says: `${parameter} ${CREDENTIAL_ID_RULE}.` });
  }
  return id;
}

export function formatCredentialId(id: CredentialId): string {
  return `${id.team}/${id.name}`;
}
