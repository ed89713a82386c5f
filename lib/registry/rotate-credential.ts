import { parseCredentialDocument } from '../credential/document.ts';
import { formatCredentialId } from '../credential/id.ts';
import { findProgress, PROGRESS_TAG } from '../credential/rotation-progress.ts';
import {
  ON_REQUEST_ONLY,
  type RotationSettings,
  toScheduleExpression,
} from '../credential/rotation-settings.ts';
import { REMOVAL_STAGE } from '../credential/rotation-statements.ts';
import { VendError } from '../errors/vend-error.ts';
import { malformed } from '../http/form.ts';
import type { ChangedCredential } from '../http/registry-wire.ts';
import { type Ending, endingOf } from '../vending/outcome.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import type { StoredDocument } from './credential-secrets.ts';
import type { Registry } from './registry.ts';
import { credentialOf, queryOf } from './registry-request.ts';
import { rotationUnderWay } from './secrets-failure.ts';
import { announcedWrite } from './store-change.ts';

/**
 * `POST /credentials/{team}/{name}/rotate`: starts a rotation now, or attempts the one again that
 * failed. The response is 202 with the id of the version that the rotation prepares. `GET` of the
 * credential shows how far it is.
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
    const unfinished = findUnfinished(stored);
    const schedule = every === undefined ? ON_REQUEST_ONLY : toScheduleExpression(every);
    const versionId = clock.uuid();
    const prepared = unfinished ?? versionId;
    const versions = { versionBefore: stored.versionId, versionAfter: prepared };
    const registration = { operation: 'rotate', members: [], ...versions, tested: false } as const;
    const start = { functionArn, schedule, immediately: true, versionId };
    await announcedWrite(parts, context, access, registration, async (signal) => {
      const starting = secrets.rotate(id, start, signal);
      await (unfinished === undefined ? starting : starting.catch(unlessReattempted));
    });
    const response: ChangedCredential = {
      credential: formatCredentialId(id),
      version_id: stored.versionId,
      pending_version_id: prepared,
    };
    return { kind: 'served', status: 202, response };
  });
}

function requireRotation(
  { members }: StoredDocument,
  reading: Registry['reading'],
): RotationSettings {
  const { rotation } = parseCredentialDocument(JSON.stringify(members), reading);
  if (rotation !== undefined) return rotation;
  throw malformed('The document has no rotation, so nothing says how to rotate its secret');
}

function unlessReattempted(error: unknown): void {
  if (!(error instanceof VendError && error.code === 'version_conflict')) throw error;
}

/**
 * The version of a rotation that has not ended, and may have failed: Secrets Manager attempts it again.
 *
 * @throws VendError `version_conflict` if a step of it has ended, and none has failed; also while an
 *   old secret is removed
 */
function findUnfinished({ versionId, description }: StoredDocument): string | undefined {
  const [pending, stages = []] =
    Object.entries(description.stages).find(
      ([id, ofVersion]) => id !== versionId && ofVersion.includes('AWSPENDING'),
    ) ?? [];
  if (stages.includes(REMOVAL_STAGE)) throw rotationUnderWay();
  const last = findProgress(description.tags[PROGRESS_TAG]);
  if (pending === undefined || last?.versionId !== pending || last.code !== undefined)
    return pending;
  throw rotationUnderWay();
}
