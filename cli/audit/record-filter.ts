import { type AuditRecord, auditKinds } from '../../lib/audit/record-schema.ts';
import { escapeControls } from '../../lib/errors/escape-controls.ts';

/** The filters of a search. A record must match every filter that is given. */
export interface RecordFilter {
  /** Part of the principal's or the session's ARN. */
  readonly caller?: string | undefined;
  /** Unique id of the role or user. A role that is created again under its name has another one. */
  readonly principalId?: string | undefined;
  readonly team?: string | undefined;
  readonly credential?: string | undefined;
  readonly kind?: string | undefined;
  readonly decision?: 'allow' | 'deny' | undefined;
  /** Milliseconds since the Unix epoch, inclusive. */
  readonly since?: number | undefined;
  /** Exclusive. */
  readonly until?: number | undefined;
  readonly mint?: string | undefined;
  readonly vend?: string | undefined;
  readonly request?: string | undefined;
  readonly tokenSha256?: string | undefined;
}

export function matches(record: AuditRecord, filter: RecordFilter): boolean {
  const {
    caller,
    principalId,
    team,
    credential,
    kind,
    decision,
    since,
    until,
    mint,
    vend,
    request,
    tokenSha256,
  } = filter;
  const { metadata, actor, unmapped, time } = record;
  const filters: [wanted: unknown, fits: () => boolean | undefined][] = [
    [since, () => time >= (since as number)],
    [until, () => time < (until as number)],
    [kind, () => metadata.event_code === kind],
    [caller, () => `${actor.user?.uid} ${actor.session?.issuer}`.includes(caller as string)],
    [principalId, () => actor.user?.uid_alt === principalId],
    [team, () => credentialOf(record)?.startsWith(`${team}/`)],
    [credential, () => credentialOf(record) === credential],
    [decision, () => actor.authorizations?.some((one) => one.decision === decision)],
    [mint, () => unmapped.mint_id === mint],
    [vend, () => unmapped.vend_id === vend],
    [request, () => metadata.correlation_uid === request],
    [tokenSha256, () => tokenOf(record) === tokenSha256],
  ];
  return filters.every(([wanted, fits]) => wanted === undefined || fits() === true);
}

/** `team/name`, if the record names a credential. */
export function credentialOf({ resources }: AuditRecord): string | undefined {
  return resources.find(({ type }) => type === 'oauth2.client')?.uid;
}

/** SHA-256 of the token, if the record names a token. */
export function tokenOf({ resources }: AuditRecord): string | undefined {
  const token = resources.find(({ type }) => type === 'oauth2.access_token');
  return (token?.data as { readonly sha256: string } | undefined)?.sha256;
}

const LONGEST_KIND = Math.max(...auditKinds.map(({ length }) => length));

/** One line: time, activity, principal, credential, outcome. */
export function summarize(record: AuditRecord): string {
  const { time, metadata, actor, status_code, unmapped } = record;
  const policies = actor.authorizations?.map(({ policy }) => policy.uid).join(', ');
  const parts = [
    new Date(time).toISOString(),
    metadata.event_code.padEnd(LONGEST_KIND),
    actor.session?.issuer ?? actor.user?.uid ?? '-',
    credentialOf(record) ?? '-',
    status_code,
    policies === undefined ? undefined : `by ${policies}`,
    unmapped.source,
    unmapped.vend_id && `vend ${unmapped.vend_id}`,
    unmapped.mint_id && `mint ${unmapped.mint_id}`,
  ];
  // One record is one line, whatever it contains.
  return escapeControls(
    parts
      .filter(Boolean)
      .join('  ')
      .replace(/[\n\t]/g, ' '),
  );
}
