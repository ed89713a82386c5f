import {
  type CredentialDocument,
  type DocumentOptions,
  parseCredentialDocument,
} from '../credential/document.ts';
import { DOCUMENT_MEMBERS, SECRET_MEMBERS } from '../credential/document-schema.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { isSentTheSameWay } from '../credential/same-destination.ts';
import { VendError } from '../errors/vend-error.ts';
import { malformed } from '../http/form.ts';
import { DOCUMENT_LIMIT } from '../http/size-limits.ts';
import { changedMembers } from './document-change.ts';
import { findExposedSecrets } from './exposed-secrets.ts';

/** A document that is to be stored, checked. Holds secrets: never log it. */
export interface Proposal {
  /** As it is stored. */
  readonly text: string;
  readonly members: DocumentJson;
  readonly document: CredentialDocument;
  /** Names of the members that differ from the stored document. */
  readonly changed: readonly string[];
}

/**
 * Checks a document in which only `status` and `epoch` change. Nothing else is checked that the
 * function does not check itself: the kill switch also works for a document with a finding. `epoch`
 * can only rise.
 *
 * @throws VendError `request_malformed`
 */
export function checkSwitch(
  stored: DocumentJson,
  members: DocumentJson,
  options: DocumentOptions,
): Proposal {
  const text = JSON.stringify(members);
  const document = parse(text, options);
  checkEpoch(stored, document);
  return { text, members, document, changed: changedMembers(stored, members) };
}

/**
 * Checks a document that is to replace the stored one.
 *
 * @param stored `{}` if there is none
 * @param given the members that the request names
 * @throws VendError `request_malformed` naming each member and its rule
 */
export function checkProposal(
  stored: DocumentJson,
  members: DocumentJson,
  given: DocumentJson,
  options: DocumentOptions,
): Proposal {
  const unknown = Object.keys(members).filter((member) => !DOCUMENT_MEMBERS.includes(member));
  if (unknown.length > 0) throw malformed(`${namesOf(unknown)} of the document is unknown`);
  const exposed = findExposedSecrets(members);
  if (exposed.length > 0)
    throw malformed(
      `${exposed.join(', ')} must not contain a private key, a token or a secret: everybody who may describe the credential reads it`,
    );
  const text = JSON.stringify(members);
  if (Buffer.byteLength(text) > DOCUMENT_LIMIT)
    throw malformed(`The document must have at most ${DOCUMENT_LIMIT} bytes`);
  const proposal = checkSwitch(stored, members, options);
  checkReceivers(stored, proposal.document, given, options);
  return proposal;
}

// The cache key of a token has the epoch, so with an earlier epoch its tokens are found again.
function checkEpoch({ epoch: before }: DocumentJson, { epoch }: CredentialDocument): void {
  if (!Number.isSafeInteger(before) || epoch >= Number(before)) return;
  throw malformed(
    `epoch must be at least ${before}: with a lower one, tokens that were dropped would be vended again`,
  );
}

function parse(text: string, options: DocumentOptions): CredentialDocument {
  try {
    return parseCredentialDocument(text, options);
  } catch (error) {
    const { code, message: says, cause } = VendError.from(error);
    if (code !== 'credential_invalid') throw error;
    throw new VendError('request_malformed', { says, cause });
  }
}

/**
 * Whoever may change a credential, and does not know its secret, could name an endpoint of its own
 * and be sent the secret. So a change of where a secret is sent needs that secret.
 */
function checkReceivers(
  stored: DocumentJson,
  document: CredentialDocument,
  given: DocumentJson,
  options: DocumentOptions,
): void {
  const kept = SECRET_MEMBERS.filter(
    (member) =>
      member !== 'rotation_state' && Object.hasOwn(stored, member) && !Object.hasOwn(given, member),
  );
  if (kept.length === 0 || isKeptWhereItWas(stored, document, options)) return;
  throw malformed(
    `${kept.join(', ')} must be sent too: the change sends it to another server or endpoint, or changes its rotation`,
  );
}

function isKeptWhereItWas(
  stored: DocumentJson,
  document: CredentialDocument,
  options: DocumentOptions,
): boolean {
  try {
    const before = parseCredentialDocument(JSON.stringify(stored), options);
    const isRotatedAlike =
      !Object.hasOwn(stored, 'registration_access_token') ||
      changedMembers({ rotation: before.rotation }, { rotation: document.rotation }).length === 0;
    return isSentTheSameWay(before, document) && isRotatedAlike;
  } catch {
    // A stored document that is invalid says nothing about where its secret belongs.
    return false;
  }
}

// A name that does not look like one may be a secret in the wrong place.
function namesOf(members: readonly string[]): string {
  const plain = members.filter((member) => /^[a-z][a-z_]{0,39}$/i.test(member));
  return plain.length === members.length ? `Member ${plain.join(', ')}` : 'A member';
}
