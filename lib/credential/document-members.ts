import * as v from 'valibot';
import {
  DOCUMENT_MEMBERS,
  type DocumentFields,
  documentSchema,
  SECRET_MEMBERS,
  type SecretMember,
} from './document-schema.ts';

export type DocumentMember = keyof DocumentFields;

/** A member whose value may be shown. */
export type PublicMember = Exclude<DocumentMember, SecretMember>;

export const PUBLIC_MEMBERS = DOCUMENT_MEMBERS.filter(
  (member): member is PublicMember => !SECRET_MEMBERS.includes(member),
);

// Whether loopback is allowed is known later. parseCredentialDocument checks it.
const { entries } = documentSchema({ allowLoopbackHttp: true });

/**
 * The rule of a member that a value breaks by itself, as the rest of a sentence that begins with
 * the member; `undefined` if it breaks none. It does not contain the value.
 */
export function findMemberError(member: DocumentMember, value: unknown): string | undefined {
  const { issues } = v.safeParse(entries[member], value, { abortPipeEarly: true });
  return issues?.[0].message;
}
