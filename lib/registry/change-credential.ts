import type { AuditedAccess } from '../audit/event.ts';
import { type CredentialId, formatCredentialId } from '../credential/id.ts';
import type { DocumentJson } from '../credential/profile-rules.ts';
import { VendError } from '../errors/vend-error.ts';
import { malformed } from '../http/form.ts';
import type { ChangedCredential } from '../http/registry-wire.ts';
import { type Ending, endingOf, type Served } from '../vending/outcome.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import { checkRotation } from './check-rotation.ts';
import type { NoDocument, StoredDocument } from './credential-secrets.ts';
import { describeStored } from './describe-credential.ts';
import { isSwitch, patchDocument, replaceDocument } from './document-change.ts';
import { checkPreconditions, etagOf } from './preconditions.ts';
import { checkProposal, checkSwitch } from './proposal.ts';
import type { Registry } from './registry.ts';
import {
  credentialOf,
  documentOf,
  MERGE_PATCH,
  skipsTest,
  WHOLE_DOCUMENT,
} from './registry-request.ts';
import { scheduleRotation } from './rotation-schedule.ts';
import { storeChange } from './store-change.ts';

/**
 * `PUT /credentials/{team}/{name}`: registers a credential, or replaces its document. Secret members
 * that the request does not name stay, and so do `status` and `epoch`.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending
 */
export async function putCredential(parts: Registry, context: RequestContext): Promise<Ending> {
  const { authorizer, registered } = parts;
  const { http } = context;
  const [id, given] = [credentialOf(http), documentOf(http, WHOLE_DOCUMENT)];
  const tests = !skipsTest(http);
  const requested = { ...requestAbout(id), status: statusOf(given) };
  const access = await authorizer.authorize(context, 'registerCredential', requested);
  return await endingOf(access, async () => {
    const found = await registered.look(context, id);
    const stored = storedOrNone(found);
    checkPreconditions(http, stored?.versionId);
    const before = stored?.members ?? {};
    const proposal = checkProposal(before, replaceDocument(before, given), given, parts.reading);
    await checkRotation(parts, context, id, proposal);
    const operation = stored === undefined ? 'register' : 'change';
    const versionId = await storeChange(parts, context, access, {
      id,
      operation,
      proposal,
      stored,
      tests,
    });
    await scheduleRotation(parts, context, id, proposal, stored);
    return await respond(parts, context, id, versionId, stored === undefined ? 201 : 200);
  });
}

/**
 * `PATCH /credentials/{team}/{name}`: changes members of the document by a merge patch (RFC 7396). A
 * patch of nothing but `status` and `epoch` is a switch: it needs another permission and no test.
 *
 * @throws VendError as {@link putCredential}
 */
export async function patchCredential(parts: Registry, context: RequestContext): Promise<Ending> {
  const { authorizer, registered, reading } = parts;
  const { http } = context;
  const [id, patch] = [credentialOf(http), documentOf(http, MERGE_PATCH)];
  const isSwitching = isSwitch(patch);
  const tests = !skipsTest(http) && !isSwitching;
  const requested = { ...requestAbout(id), status: statusOf(patch) };
  const action = isSwitching ? 'switchCredential' : 'registerCredential';
  const access = await authorizer.authorize(context, action, requested);
  return await endingOf(access, async () => {
    const stored = await registered.find(context, id);
    checkPreconditions(http, stored.versionId);
    const members = patchDocument(stored.members, patch);
    const proposal = isSwitching
      ? checkSwitch(stored.members, members, reading)
      : checkProposal(stored.members, members, patch, reading);
    if (!isSwitching) await checkRotation(parts, context, id, proposal);
    const operation = isSwitching ? 'switch' : 'change';
    const versionId = await storeChange(parts, context, access, {
      id,
      operation,
      proposal,
      stored,
      tests,
    });
    if (!isSwitching) await scheduleRotation(parts, context, id, proposal, stored);
    return await respond(parts, context, id, versionId, 200);
  });
}

// Removing the member sets its default.
function statusOf(given: DocumentJson): AuditedAccess['status'] {
  if (!Object.hasOwn(given, 'status')) return undefined;
  const status = given['status'] ?? 'enabled';
  if (status === 'enabled' || status === 'disabled') return status;
  throw malformed('status must be enabled or disabled');
}

function storedOrNone(found: StoredDocument | NoDocument): StoredDocument | undefined {
  if (typeof found === 'object') return found;
  if (found !== 'deleted') return undefined;
  throw new VendError('version_conflict', {
    says: 'The credential is scheduled for deletion.',
    advice:
      'Restore it (token-vending credentials restore, or POST /credentials/{team}/{name}/restore), then change it.',
  });
}

/** The credential as it is after a change, for a caller that may describe it. */
export async function respond(
  parts: Registry,
  context: RequestContext,
  id: CredentialId,
  versionId: string,
  status: number,
): Promise<Served> {
  const changed: ChangedCredential = {
    credential: formatCredentialId(id),
    version_id: versionId,
  };
  const plain: Served = {
    kind: 'served',
    status,
    response: changed,
    headers: { etag: etagOf(versionId) },
  };
  if (!parts.authorizer.mayDescribe(context, id)) return plain;
  const stored = await parts.registered.look(context, id).catch(() => 'absent' as const);
  // Somebody may have changed it again since.
  if (typeof stored === 'string' || stored.versionId !== versionId) return plain;
  return { ...(await describeStored(parts, context, id, stored)), status };
}
