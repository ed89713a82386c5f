import type { AuditRecord } from './record-schema.ts';

/** What a request does to a credential. `switch` changes nothing but status and epoch. */
export type RegistrationOperation =
  | 'register'
  | 'change'
  | 'switch'
  | 'delete'
  | 'restore'
  | 'test'
  | 'rotate';

/** A change of a credential, without any value of its document. */
export interface AuditedRegistration {
  readonly operation: RegistrationOperation;
  /** Names of the members that change. */
  readonly members: readonly string[];
  /** Version ids of the secret in Secrets Manager; absent if there is none. */
  readonly versionBefore: string | undefined;
  readonly versionAfter: string | undefined;
  /** Whether a token was obtained with the document. */
  readonly tested: boolean;
}

/** The members of a record that OCSF does not have. */
export function unmappedOfRegistration(
  registration: AuditedRegistration,
): Pick<AuditRecord['unmapped'], 'registration'> {
  const { members, versionBefore, versionAfter, tested } = registration;
  return {
    registration: {
      members: members.toSorted(),
      version_before: versionBefore,
      version_after: versionAfter,
      tested,
    },
  };
}
