import { isDeepStrictEqual } from 'node:util';
import { SECRET_MEMBERS } from '../credential/document-schema.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { isJsonObject } from '../http/json.ts';

/** The members with which a client proves itself. They are replaced together. */
const PROOFS = ['client_secret', 'private_key_jwk', 'tls_client_key'];

/** Members that a whole document keeps if it does not name them: only a switch may undo a switch. */
const SWITCHES = ['status', 'epoch'];

/**
 * A whole document in place of the stored one. It keeps the secret members that it does not name,
 * because nobody can read them: the proofs only if it has no other proof. It also keeps `status` and
 * `epoch`. A secret member that is null is removed.
 */
export function replaceDocument(stored: DocumentJson, given: DocumentJson): DocumentJson {
  const isNewProof = namesProof(given);
  const kept = Object.entries(stored).filter(([member]) => {
    if (Object.hasOwn(given, member)) return false;
    if (SWITCHES.includes(member)) return true;
    return SECRET_MEMBERS.includes(member) && !(isNewProof && goesWithProof(member));
  });
  const named = Object.entries(given).filter(
    ([member, value]) => value !== null || !SECRET_MEMBERS.includes(member),
  );
  return Object.fromEntries([...named, ...kept]);
}

/**
 * A merge patch (RFC 7396) of the stored document. A secret member is replaced as a whole: who
 * cannot read a key cannot change a part of it.
 */
export function patchDocument(stored: DocumentJson, patch: DocumentJson): DocumentJson {
  const dropped = namesProof(patch) ? ['rotation_state'] : [];
  const before = Object.entries(stored).filter(([member]) => !dropped.includes(member));
  const whole = Object.entries(patch).filter(([member]) => SECRET_MEMBERS.includes(member));
  const merged = merge(Object.fromEntries(before), without(patch, SECRET_MEMBERS));
  return withoutNulls({ ...merged, ...Object.fromEntries(whole) });
}

/** The names of the members that differ, in order. */
export function changedMembers(before: DocumentJson, after: DocumentJson): string[] {
  const members = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...members]
    .filter((member) => !isDeepStrictEqual(own(before, member), own(after, member)))
    .sort();
}

/** Whether a request names nothing but `status` and `epoch`. */
export function isSwitch(patch: DocumentJson): boolean {
  const members = Object.keys(patch);
  return members.length > 0 && members.every((member) => SWITCHES.includes(member));
}

function namesProof(given: DocumentJson): boolean {
  return PROOFS.some((member) => Object.hasOwn(given, member));
}

function goesWithProof(member: string): boolean {
  return PROOFS.includes(member) || member === 'rotation_state';
}

function mergeValue(target: unknown, patch: unknown): unknown {
  return isJsonObject(patch) ? merge(isJsonObject(target) ? target : {}, patch) : patch;
}

function merge(before: DocumentJson, patch: DocumentJson): DocumentJson {
  const names = new Set([...Object.keys(before), ...Object.keys(patch)]);
  const merged = [...names].map((name): [string, unknown] => [
    name,
    Object.hasOwn(patch, name)
      ? mergeValue(own(before, name), own(patch, name))
      : own(before, name),
  ]);
  return withoutNulls(Object.fromEntries(merged));
}

function withoutNulls(json: DocumentJson): DocumentJson {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
}

function without(json: DocumentJson, members: readonly string[]): DocumentJson {
  return Object.fromEntries(Object.entries(json).filter(([member]) => !members.includes(member)));
}

function own(json: DocumentJson, member: string): unknown {
  return Object.hasOwn(json, member) ? json[member] : undefined;
}
