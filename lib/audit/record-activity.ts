import type { AuditEvent } from './event.ts';
import type { AuditRecord } from './record-schema.ts';
import type { RegistrationOperation } from './registration.ts';

type Activity = Pick<AuditRecord, 'activity_id' | 'type_uid'>;
const CREATE: Activity = { activity_id: 1, type_uid: 600_301 };
const READ: Activity = { activity_id: 2, type_uid: 600_302 };
const UPDATE: Activity = { activity_id: 3, type_uid: 600_303 };
const DELETE: Activity = { activity_id: 4, type_uid: 600_304 };
const OTHER: Activity = { activity_id: 99, type_uid: 600_399 };

const ACTIVITIES: Readonly<
  Record<Exclude<AuditEvent['kind'], 'registration-intent' | 'registration'>, Activity>
> = {
  'process-start': OTHER,
  'mint-intent': CREATE,
  mint: CREATE,
  vend: CREATE,
  denial: CREATE,
  refusal: CREATE,
  'upstream-failure': CREATE,
  evaluation: READ,
  introspection: READ,
  'revocation-intent': DELETE,
  revocation: DELETE,
  listing: READ,
  'rotation-intent': UPDATE,
  rotation: UPDATE,
};

const REGISTRATIONS: Readonly<Record<RegistrationOperation, Activity>> = {
  register: CREATE,
  change: UPDATE,
  switch: UPDATE,
  delete: DELETE,
  restore: CREATE,
  test: READ,
  rotate: UPDATE,
};

// For the other kinds the operation is the requested action.
const OPERATIONS: Readonly<Partial<Record<AuditEvent['kind'], string>>> = {
  'process-start': 'StartProcess',
  'mint-intent': 'AnnounceMint',
  mint: 'MintToken',
  vend: 'VendToken',
  introspection: 'IntrospectToken',
  'revocation-intent': 'AnnounceRevocation',
  revocation: 'RevokeToken',
  'registration-intent': 'AnnounceRegistration',
  evaluation: 'EvaluateAccess',
  'rotation-intent': 'AnnounceRotation',
  rotation: 'RotateSecret',
};

/** The OCSF activity of an event. */
export function activityOf(event: AuditEvent): Activity {
  return 'registration' in event
    ? REGISTRATIONS[event.registration.operation]
    : ACTIVITIES[event.kind];
}

/**
 * The name of the operation in a record.
 *
 * @param action what the caller requested, if policy decided
 */
export function operationOf(event: AuditEvent, action: string | undefined): string {
  if (event.kind === 'registration') return `${capitalize(event.registration.operation)}Credential`;
  const standard = event.kind === 'listing' ? 'listCredentials' : 'unknown';
  return OPERATIONS[event.kind] ?? capitalize(action ?? standard);
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
