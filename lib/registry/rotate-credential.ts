import { parseCredentialDocument } from '../credential/document.ts';
import { formatCredentialId } from '../credential/id.ts';
import {
  ON_REQUEST_ONLY,
  type RotationSettings,
  toScheduleExpression,
} from '../credential/rotation-settings.ts';
import { VendError } from '../errors/vend-error.ts';
import { malformed } from '../http/form.ts';
import type { ChangedCredential } from '../http/registry-wire.ts';
import { type Ending, endingOf } from '../vending/outcome.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import type { StoredDocument } from './credential-secrets.ts';
import type { Registry } from './registry.ts';
import { credentialOf, queryOf } from './registry-request.ts';
import { announcedWrite } from './store-change.ts';

/**
 * `POST /credentials/{team}/{name}/rotate`: starts a rotation now. The response is 202 with the id of
 * the version that the rotation prepares. `GET` of the credential shows how far it is.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending:
 *   `version_conflict` if a rotation is under way
 */
export async function rotateCredential(parts: Registry, context: RequestContext): Promise<Ending> {
  const { authorizer, registered, secrets, clock, rotationFunction: functionArn } = parts;
  const id = credentialOf(context.http);
  queryOf(context.http);
  const access = await authorizer.authorize(context, 'rotateCredential', requestAbout(id));
  return await endingOf(access, async () => {
    const stored = await registered.find(context, id);
    if (functionArn === undefined) throw malformed('This deployment has no rotation');
    const { every } = requireRotation(stored, parts.reading);
    const schedule = every === undefined ? ON_REQUEST_ONLY : toScheduleExpression(every);
    const versionId = clock.uuid();
    const versions = { versionBefore: stored.versionId, versionAfter: versionId };
    const registration = { operation: 'rotate', members: [], ...versions, tested: false } as const;
    await announcedWrite(parts, context, access, registration, (signal) =>
      secrets.rotate(id, { functionArn, schedule, immediately: true, versionId }, signal),
    );
    const response: ChangedCredential = {
      credential: formatCredentialId(id),
      version_id: stored.versionId,
      pending_version_id: versionId,
    };
    return { kind: 'served', status: 202, response };
  });
}

function requireRotation(
  { members, versionId, description }: StoredDocument,
  reading: Registry['reading'],
): RotationSettings {
  const { rotation } = parseCredentialDocument(JSON.stringify(members), reading);
  if (rotation === undefined)
    throw malformed('The document has no rotation, so nothing says how to rotate its secret');
  const isUnderWay = Object.entries(description.stages).some(
    ([id, stages]) => id !== versionId && stages.includes('AWSPENDING'),
  );
  if (isUnderWay)
    throw new VendError('version_conflict', {
      says: 'A rotation of the credential is under way.',
      advice: 'Wait until it ends. GET of the credential shows its pending version.',
    });
  return rotation;
}
