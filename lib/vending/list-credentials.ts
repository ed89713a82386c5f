import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import type { Credential } from '../credential/source.ts';
import { VendError } from '../errors/vend-error.ts';
import type { CredentialDescription, CredentialList } from '../http/wire.ts';
import { mayDescribe } from './authorize.ts';
import type { RequestContext } from './request-context.ts';
import type { Vending } from './vending.ts';

// Secrets Manager answers 10,000 reads a second to a whole account; one listing takes a fair share.
const READS_AT_ONCE = 8;

/**
 * `GET /credentials`: the credentials that this caller may describe, with what it may ask of each; never a secret.
 *
 * @throws VendError `route_unknown` where the deployment switched it off, `secrets_unavailable`
 */
export async function listCredentials(
  vending: Vending,
  context: RequestContext,
): Promise<CredentialList> {
  if (!vending.listCredentials) throw new VendError('route_unknown');
  const all = await context.stages.time('secret', () => vending.store.list(context.signal));
  const visible = all
    .filter((id) => mayDescribe(vending, context, id))
    .sort((a, b) => formatCredentialId(a).localeCompare(formatCredentialId(b), 'en'));
  const credentials: CredentialDescription[] = [];
  for (let start = 0; start < visible.length; start += READS_AT_ONCE) {
    const batch = visible.slice(start, start + READS_AT_ONCE);
    credentials.push(...(await Promise.all(batch.map((id) => describe(vending, context, id)))));
  }
  return { credentials };
}

async function describe(
  vending: Vending,
  context: RequestContext,
  id: CredentialId,
): Promise<CredentialDescription> {
  try {
    const credential = await vending.credentials.get(id, context.signal);
    return { credential: formatCredentialId(id), ...describeDocument(credential) };
  } catch (error) {
    const failure = VendError.from(error);
    if (failure.code !== 'credential_invalid') throw failure;
    // One broken document must not hide the others.
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
    profile: document.profile,
    status: document.status,
    scopes: document.scope ?? [],
    default_scope: document.defaultScope,
    audiences: document.audience,
    resources: document.resource,
  };
}
