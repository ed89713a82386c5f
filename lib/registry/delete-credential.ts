import { formatCredentialId } from '../credential/id.ts';
import type { ChangedCredential } from '../http/registry-wire.ts';
import { type Ending, endingOf } from '../vending/outcome.ts';
import type { RequestContext } from '../vending/request-context.ts';
import { requestAbout } from '../vending/token-form.ts';
import { respond } from './change-credential.ts';
import { checkPreconditions } from './preconditions.ts';
import type { Registry } from './registry.ts';
import { credentialOf, queryOf } from './registry-request.ts';
import { announcedWrite } from './store-change.ts';

/** Secrets Manager keeps a deleted secret for 7 to 30 days. */
const RECOVERY_DAYS = {
  name: 'recovery_days',
  values: /^(?:[7-9]|[12]\d|30)$/,
  rule: 'must be a whole number of days from 7 to 30',
};
const STANDARD_DAYS = '30';

/**
 * `DELETE /credentials/{team}/{name}`: schedules the deletion. No token is vended from then on. The
 * deletion can be taken back for `recovery_days`.
 *
 * @throws VendError `request_malformed`, `policy_denied`; every later error is in the ending
 */
export async function deleteCredential(parts: Registry, context: RequestContext): Promise<Ending> {
  const { authorizer, registered, secrets } = parts;
  const id = credentialOf(context.http);
  const days = Number(queryOf(context.http, RECOVERY_DAYS) ?? STANDARD_DAYS);
  const access = await authorizer.authorize(context, 'registerCredential', requestAbout(id));
  return await endingOf(access, async () => {
    const { versionId, description } = await registered.find(context, id);
    checkPreconditions(context.http, versionId);
    const version = { versionBefore: versionId, versionAfter: undefined };
    const registration = { operation: 'delete', members: [], ...version, tested: false } as const;
    await announcedWrite(parts, context, access, registration, (signal) =>
      secrets.delete(id, { recoveryDays: days, replicas: description.replicas }, signal),
    );
    const response: ChangedCredential = {
      credential: formatCredentialId(id),
      version_id: versionId,
      recoverable_days: days,
    };
    return { kind: 'served', response };
  });
}

/**
 * `POST /credentials/{team}/{name}/restore`: takes the deletion back. The credential is as it was.
 *
 * @throws VendError as {@link deleteCredential}
 */
export async function restoreCredential(parts: Registry, context: RequestContext): Promise<Ending> {
  const { authorizer, registered, secrets } = parts;
  const id = credentialOf(context.http);
  queryOf(context.http);
  const access = await authorizer.authorize(context, 'registerCredential', requestAbout(id));
  return await endingOf(access, async () => {
    const found = await registered.look(context, id);
    if (typeof found === 'object') return await respond(parts, context, id, found.versionId, 200);
    if (found !== 'deleted') throw registered.unknown(context, id, found);
    const versions = { versionBefore: undefined, versionAfter: undefined };
    const registration = { operation: 'restore', members: [], ...versions, tested: false } as const;
    await announcedWrite(parts, context, access, registration, async (signal) => {
      await secrets.restore(id, signal);
      await secrets.replicate(id, [], signal);
    });
    const { versionId } = await registered.find(context, id);
    return await respond(parts, context, id, versionId, 200);
  });
}
