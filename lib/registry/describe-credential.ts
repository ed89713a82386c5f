import { parseCredentialDocument } from '../credential/document.ts';
import { SECRET_MEMBERS } from '../credential/document-schema.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { publicPartOf } from '../credential/public-jwk.ts';
import type { SecretVersion } from '../credential/secrets-api.ts';
import type { RegisteredCredential } from '../http/registry-wire.ts';
import { type Ending, endingOf, type Served } from '../vending/outcome.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import type { StoredDocument } from './credential-secrets.ts';
import { findExposedSecrets } from './exposed-secrets.ts';
import { lastStepOf } from './last-rotation-step.ts';
import { etagOf } from './preconditions.ts';
import type { Registry } from './registry.ts';
import { credentialOf, queryOf } from './registry-request.ts';

export type DescribeParts = Pick<
  Registry,
  'authorizer' | 'policy' | 'recorder' | 'registered' | 'secrets' | 'reading'
>;

/**
 * `GET /credentials/{team}/{name}`: the public members, status, epoch, versions and rotation of a
 * credential. The `ETag` is the id of the current version. No secret member is in it.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending:
 *   `credential_unknown`, `secrets_unavailable`, `audit_unavailable`
 */
export async function describeCredential(
  parts: DescribeParts,
  context: RequestContext,
): Promise<Ending> {
  const { authorizer, policy, recorder, registered } = parts;
  const id = credentialOf(context.http);
  queryOf(context.http);
  const access = await authorizer.authorize(context, 'describeCredential', requestAbout(id));
  return await endingOf(access, async () => {
    const stored = await registered.find(context, id);
    const described = await describeStored(parts, context, id, stored);
    const { version: policyVersion } = policy;
    await recorder.record(context, { kind: 'listed', access, policyVersion, listed: 1 });
    return described;
  });
}

/** The response that describes a credential. */
export async function describeStored(
  { secrets, reading }: Pick<Registry, 'secrets' | 'reading'>,
  context: RequestContext,
  id: CredentialId,
  { versionId, members, description }: StoredDocument,
): Promise<Served> {
  const versions = await context.times.time('secret', () => secrets.versions(id, context.signal));
  const response: RegisteredCredential = {
    credential: formatCredentialId(id),
    version_id: versionId,
    ...stateOf(members, reading),
    document: publicMembers(members),
    secret_members: SECRET_MEMBERS.filter((member) => Object.hasOwn(members, member)),
    versions: versions.map(describeVersion),
    rotation: {
      enabled: description.rotation.isEnabled,
      schedule: description.rotation.schedule,
      last_rotated_at: secondsOf(description.rotation.lastAt),
      next_rotation_at: secondsOf(description.rotation.nextAt),
      pending_version_id: pendingOf(versions, versionId),
      last: lastStepOf(description.tags),
    },
  };
  return { kind: 'served', response, headers: { etag: etagOf(versionId) } };
}

function stateOf(
  members: DocumentJson,
  reading: DescribeParts['reading'],
): Pick<RegisteredCredential, 'status' | 'epoch' | 'jwks'> {
  try {
    const document = parseCredentialDocument(JSON.stringify(members), reading);
    const { status, epoch, authentication } = document;
    const hasKey = 'privateKeyJwk' in authentication;
    const jwks = hasKey ? { keys: [publicPartOf(authentication.privateKeyJwk)] } : undefined;
    return { status, epoch, jwks };
  } catch {
    return { status: 'invalid', epoch: undefined };
  }
}

// A document that nobody checked may hold a secret in the wrong member.
function publicMembers(members: DocumentJson): DocumentJson {
  const hidden = [...SECRET_MEMBERS, ...findExposedSecrets(members)];
  return Object.fromEntries(Object.entries(members).filter(([member]) => !hidden.includes(member)));
}

function describeVersion({ versionId, stages, createdAt }: SecretVersion) {
  return { version_id: versionId, stages, created_at: secondsOf(createdAt) };
}

// A version that is current, too, is the end of a rotation.
function pendingOf(versions: readonly SecretVersion[], current: string): string | undefined {
  return versions.find(
    ({ versionId, stages }) => stages.includes('AWSPENDING') && versionId !== current,
  )?.versionId;
}

function secondsOf(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.floor(milliseconds / 1000);
}
