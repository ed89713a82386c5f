import type { AccessPolicy } from '../access/policy.ts';
import { expiryOf } from '../credential/client-certificate.ts';
import type { CredentialDocument } from '../credential/document.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import type { Credential, CredentialSource } from '../credential/source.ts';
import type { CredentialStore } from '../credential/store.ts';
import { VendError } from '../errors/vend-error.ts';
import type { CredentialDescription, CredentialList } from '../http/wire.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import type { Authorizer } from './authorizer.ts';
import type { Ending } from './outcome.ts';
import type { Recorder } from './recorder.ts';
import type { RequestContext } from './request-context.ts';

// Secrets Manager allows 10,000 reads a second for a whole account. One listing uses a small share.
const READS_AT_ONCE = 8;

export interface ListCredentialsParts {
  readonly authorizer: Pick<Authorizer, 'mayDescribe'>;
  readonly credentials: Pick<CredentialSource, 'get'>;
  readonly store: Pick<CredentialStore, 'list'>;
  readonly policy: Pick<AccessPolicy, 'version'>;
  readonly recorder: Pick<Recorder, 'record'>;
  /** Whether the route exists. */
  readonly listCredentials: boolean;
}

/**
 * `GET /credentials`: the credentials that this caller may describe, with the scopes and audiences
 * of each, never a secret.
 *
 * @throws VendError `route_unknown` if the deployment switched it off, `secrets_unavailable`,
 *   `audit_unavailable`
 */
export async function listCredentials(
  parts: ListCredentialsParts,
  context: RequestContext,
): Promise<Ending> {
  const { authorizer, store, policy, recorder } = parts;
  if (!parts.listCredentials) throw new VendError('route_unknown');
  const { signal } = context;
  const list = () => leaveOnAbort(store.list(signal), signal);
  const all = await context.times.time('secret', list);
  const visible = all
    .filter((id) => authorizer.mayDescribe(context, id))
    .sort((a, b) => formatCredentialId(a).localeCompare(formatCredentialId(b), 'en'));
  const credentials: CredentialDescription[] = [];
  for (let start = 0; start < visible.length; start += READS_AT_ONCE) {
    const batch = visible.slice(start, start + READS_AT_ONCE);
    credentials.push(...(await Promise.all(batch.map((id) => describe(parts, context, id)))));
  }
  const { version: policyVersion } = policy;
  await recorder.record(context, { kind: 'listed', policyVersion, listed: credentials.length });
  return { kind: 'served', response: { credentials } satisfies CredentialList };
}

async function describe(
  { credentials }: ListCredentialsParts,
  context: RequestContext,
  id: CredentialId,
): Promise<CredentialDescription> {
  try {
    const credential = await credentials.get(id, context.signal);
    return { credential: formatCredentialId(id), ...describeDocument(credential) };
  } catch (thrown) {
    const error = VendError.from(thrown);
    if (error.code !== 'credential_invalid') throw error;
    // One invalid document must not hide the others.
    return { credential: formatCredentialId(id), ...INVALID };
  }
}

const INVALID = {
  issuer: '',
  profile: '',
  status: 'invalid',
  scopes: [],
  default_scope: [],
  audiences: [],
  resources: [],
};

function describeDocument({ document }: Credential): Omit<CredentialDescription, 'credential'> {
  return {
    issuer: document.issuer,
    profile: document.profile.name,
    status: document.status,
    scopes: document.scope ?? [],
    default_scope: document.defaultScope,
    audiences: document.audience,
    resources: document.resource,
    ...describeCertificate(document.authentication),
  };
}

function describeCertificate(authentication: CredentialDocument['authentication']) {
  return 'clientCertificate' in authentication
    ? { certificate_expires_at: expiryOf(authentication.clientCertificate) / 1000 }
    : {};
}
