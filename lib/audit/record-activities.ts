import type { AuditEvent } from './event.ts';
import type { AuditRecord } from './record-schema.ts';

type Activity = Pick<AuditRecord, 'activity_id' | 'type_uid'>;
const CREATE: Activity = { activity_id: 1, type_uid: 600_301 };
const READ: Activity = { activity_id: 2, type_uid: 600_302 };
const UPDATE: Activity = { activity_id: 3, type_uid: 600_303 };
const DELETE: Activity = { activity_id: 4, type_uid: 600_304 };
const OTHER: Activity = { activity_id: 99, type_uid: 600_399 };

/** The activity of each kind of event. */
export const ACTIVITIES: Readonly<Record<AuditEvent['kind'], Activity>> = {
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

/** The operation of an event. For the other kinds it is the requested action. */
export const OPERATIONS: Readonly<Partial<Record<AuditEvent['kind'], string>>> = {
  'process-start': 'StartProcess',
  'mint-intent': 'AnnounceMint',
  mint: 'MintToken',
  vend: 'VendToken',
  introspection: 'IntrospectToken',
  'revocation-intent': 'AnnounceRevocation',
  revocation: 'RevokeToken',
  listing: 'ListCredentials',
  evaluation: 'EvaluateAccess',
  'rotation-intent': 'AnnounceRotation',
  rotation: 'RotateSecret',
};
