import { VendError } from '../errors/vend-error.ts';
import {
  differsInSecretOnly,
  hasSecretOf,
  readDocument,
  type StoredDocument,
  withSecretOf,
} from './rotated-document.ts';
import type { SecretVersion } from './rotation-secrets.ts';
import type { StepPorts, Turn } from './turn.ts';

/** The stage of a version that has the secret of a rotation, and changes that somebody made during it. */
const MERGED = 'TOKEN-VENDING-MERGED';

const ATTEMPTS = 5;

/** @throws VendError `credential_unknown` if there is no current version */
export async function readCurrent(
  { secrets, reading }: StepPorts,
  { secret, deadline }: Pick<Turn, 'secret' | 'deadline'>,
): Promise<StoredDocument> {
  const version = await secrets.read(secret, { stage: 'AWSCURRENT' }, deadline.signal);
  if (version === undefined) throw new VendError('credential_unknown');
  return readDocument(version, reading);
}

/**
 * Stores a current version with other members that belong to the secret.
 *
 * @returns it
 * @throws VendError `secrets_unavailable`, also if somebody else stored one since `current` was read
 */
export async function storeCurrent(
  { secrets, clock, reading }: StepPorts,
  { secret, deadline }: Turn,
  current: StoredDocument,
  members: StoredDocument['members'],
): Promise<StoredDocument> {
  const version: SecretVersion = { text: JSON.stringify(members), versionId: clock.uuid() };
  await secrets.put(secret, version, MERGED, deadline.signal);
  const move = { stage: 'AWSCURRENT', from: current.versionId, to: version.versionId };
  if (await secrets.move(secret, move, deadline.signal)) return readDocument(version, reading);
  throw changedMeanwhile();
}

/** The error if somebody else stored a version at the same time. */
export function changedMeanwhile(): VendError {
  return new VendError('secrets_unavailable', {
    says: 'The credential document was changed at the same time.',
  });
}

/**
 * Stores a current version with other members, whoever else changes the document meanwhile.
 *
 * @param change returns the members to store; `undefined`: the document stays as it is
 * @throws VendError `secrets_unavailable`
 */
export async function changeCurrent(
  ports: StepPorts,
  turn: Turn,
  change: (current: StoredDocument) => StoredDocument['members'] | undefined,
): Promise<void> {
  const { secrets, clock } = ports;
  const { secret, deadline } = turn;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const current = await readCurrent(ports, turn);
    const members = change(current);
    if (members === undefined) return;
    const version = { text: JSON.stringify(members), versionId: clock.uuid() };
    await secrets.put(secret, version, MERGED, deadline.signal);
    const move = { stage: 'AWSCURRENT', from: current.versionId, to: version.versionId };
    if (await secrets.move(secret, move, deadline.signal)) return;
  }
  throw changedMeanwhile();
}

/**
 * Makes the secret of the pending version the current one. If the document was changed meanwhile,
 * as by the kill switch, the current version gets both.
 *
 * @returns id of the version that is current now
 * @throws VendError `credential_invalid` if the document is of another client now;
 *   `secrets_unavailable`
 */
export async function promote(
  ports: StepPorts,
  turn: Turn,
  pending: StoredDocument,
): Promise<string> {
  const { secrets, clock } = ports;
  const { secret, deadline } = turn;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const current = await readCurrent(ports, turn);
    if (hasSecretOf(current, pending)) return current.versionId;
    const to = differsInSecretOnly(current, pending)
      ? pending.versionId
      : await storeMerged(current, clock.uuid());
    const move = { stage: 'AWSCURRENT', from: current.versionId, to };
    // Not moved: somebody else stored a version since it was read.
    if (await secrets.move(secret, move, deadline.signal)) return to;
  }
  throw new VendError('secrets_unavailable', {
    says: 'The credential document changes all the time. The rotation could not store the new secret.',
  });

  async function storeMerged(current: StoredDocument, versionId: string): Promise<string> {
    const text = withSecretOf(current, pending);
    if (text === undefined)
      throw new VendError('credential_invalid', {
        says: 'The credential document was changed to another client during the rotation.',
        advice: 'Rotate the secret of the new client again.',
      });
    const version: SecretVersion = { text, versionId };
    await secrets.put(secret, version, MERGED, deadline.signal);
    return versionId;
  }
}
