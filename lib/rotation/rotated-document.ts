import { hash } from 'node:crypto';
import {
  type CredentialDocument,
  type DocumentOptions,
  parseCredentialDocument,
} from '../credential/document.ts';
import { findJsonObject } from '../credential/document-text.ts';
import type { RotationState } from '../credential/rotation-settings.ts';
import type { SecretVersion } from './rotation-secrets.ts';

type Members = Readonly<Record<string, unknown>>;

/** A version of a secret as a credential document. Contains secrets: never log it. */
export interface StoredDocument {
  readonly versionId: string;
  /** The members as they are stored. */
  readonly members: Members;
  readonly document: CredentialDocument;
}

/** @throws VendError `credential_invalid` */
export function readDocument(
  { text, versionId }: SecretVersion,
  options: DocumentOptions,
): StoredDocument {
  const document = parseCredentialDocument(text, options);
  return { versionId, document, members: findJsonObject(text) as Members };
}

/** What a rotation changes in a document. */
export interface NewSecret {
  readonly client_secret?: string;
  readonly private_key_jwk?: Members;
  readonly registration_access_token?: string;
  /** Id of `client_secret` at the server. */
  readonly secretId?: string;
}

/** The document with a new secret, as text. */
export function withNewSecret(before: StoredDocument, secret: NewSecret): string {
  const { secretId, ...members } = secret;
  const { rotation_state: _, ...kept } = before.members;
  const state = stateOf(members.client_secret, secretId, findSecretId(before));
  return JSON.stringify({
    ...kept,
    ...members,
    ...(state === undefined ? {} : { rotation_state: state }),
  });
}

/** The members with the id of the secret at the server, which was not known before. */
export function withSecretId({ members }: StoredDocument, id: string): Members {
  const state = stateOf(String(members['client_secret']), id, undefined);
  return { ...members, rotation_state: state };
}

function stateOf(
  clientSecret: string | undefined,
  id: string | undefined,
  replaced: string | undefined,
): RotationState | undefined {
  if (clientSecret === undefined || (id === undefined && replaced === undefined)) return undefined;
  return {
    secret_sha256: hash('sha256', clientSecret, 'hex'),
    ...(id === undefined ? {} : { secret_id: id }),
    ...(replaced === undefined ? {} : { replaced_secret_id: replaced }),
  };
}

/**
 * What the rotation before stored about the secret of a document.
 *
 * @returns `undefined` if there is nothing, or if the secret was replaced since
 */
export function findState({ members }: StoredDocument): RotationState | undefined {
  const state = members['rotation_state'] as RotationState | undefined;
  const secret = String(members['client_secret'] ?? '');
  return state?.secret_sha256 === hash('sha256', secret, 'hex') ? state : undefined;
}

function findSecretId(stored: StoredDocument): string | undefined {
  return findState(stored)?.secret_id;
}

/**
 * The members after the removal of the secret that the current one replaced.
 *
 * @param before the document by which it was removed
 * @param registrationToken that is valid now
 * @returns `undefined` if nothing of it is to be changed
 */
export function withoutReplaced(
  current: StoredDocument,
  before: StoredDocument,
  registrationToken: string | undefined,
): Members | undefined {
  const { replaced_secret_id, ...state } = findState(current) ?? {};
  const isRemoved =
    replaced_secret_id !== undefined &&
    replaced_secret_id === findState(before)?.replaced_secret_id;
  const { registration_access_token: token } = before.members;
  const isReissued =
    registrationToken !== undefined &&
    registrationToken !== token &&
    current.members['registration_access_token'] === token;
  if (!isRemoved && !isReissued) return undefined;
  return {
    ...current.members,
    ...(isRemoved ? { rotation_state: state } : {}),
    ...(isReissued ? { registration_access_token: registrationToken } : {}),
  };
}

/** The members that a rotation replaces. */
const ROTATED = [
  'client_secret',
  'private_key_jwk',
  'registration_access_token',
  'rotation_state',
] as const;

/** The members of the client that has the secret. */
const CLIENT = ['issuer', 'client_id', 'token_endpoint_auth_method'] as const;

/**
 * The text of a document with the secret of another one, which was made of an earlier version of
 * the first.
 *
 * @returns `undefined` if the two are not of the same client
 */
export function withSecretOf(current: StoredDocument, pending: StoredDocument): string | undefined {
  const isSame = CLIENT.every((member) => current.members[member] === pending.members[member]);
  if (!isSame) return undefined;
  const pick = ({ members }: StoredDocument) =>
    Object.fromEntries(
      ROTATED.filter((member) => members[member] !== undefined).map((member) => [
        member,
        members[member],
      ]),
    );
  const kept = Object.entries(current.members).filter(
    ([member]) => !(ROTATED as readonly string[]).includes(member),
  );
  return JSON.stringify({ ...Object.fromEntries(kept), ...pick(pending) });
}

/** Whether two documents have the same secret or key. */
export function hasSecretOf(one: StoredDocument, other: StoredDocument): boolean {
  return (['client_secret', 'private_key_jwk'] as const).every(
    (member) => JSON.stringify(one.members[member]) === JSON.stringify(other.members[member]),
  );
}

/** Whether two documents differ in nothing but what a rotation replaces. */
export function differsInSecretOnly(current: StoredDocument, pending: StoredDocument): boolean {
  const rest = ({ members }: StoredDocument) =>
    JSON.stringify(
      Object.entries(members)
        .filter(([member]) => !(ROTATED as readonly string[]).includes(member))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return rest(current) === rest(pending);
}
