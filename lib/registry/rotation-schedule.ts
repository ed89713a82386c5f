import type { CredentialId } from '../credential/id.ts';
import { ON_REQUEST_ONLY, toScheduleExpression } from '../credential/rotation-settings.ts';
import { VendError } from '../errors/vend-error.ts';
import { Deadline } from '../time/deadline.ts';
import { REGISTRY_WRITE_TIMEOUT } from '../time/time-budget.ts';
import type { RequestContext } from '../vending/request-context.ts';
import type { StoredDocument } from './credential-secrets.ts';
import type { Proposal } from './proposal.ts';
import type { Registry } from './registry.ts';

/**
 * Sets the schedule of Secrets Manager to that of the document, if they differ. Repeating the
 * request of which this failed makes up for it.
 *
 * @throws VendError `secrets_unavailable`
 */
export async function scheduleRotation(
  { secrets, clock, rotationFunction }: Pick<Registry, 'secrets' | 'clock' | 'rotationFunction'>,
  context: RequestContext,
  id: CredentialId,
  { document: { rotation } }: Proposal,
  stored: StoredDocument | undefined,
): Promise<void> {
  const wanted = rotation?.every === undefined ? undefined : toScheduleExpression(rotation.every);
  const current = stored?.description.rotation;
  const present = current?.isEnabled === true ? current.schedule : undefined;
  const isRight = wanted === present || (wanted === undefined && present === ON_REQUEST_ONLY);
  if (isRight || rotationFunction === undefined) return;
  using writing = new Deadline(clock, REGISTRY_WRITE_TIMEOUT, scheduleFailed);
  const { signal } = writing;
  const rotationStart = {
    functionArn: rotationFunction,
    schedule: wanted,
    immediately: false,
    versionId: clock.uuid(),
  };
  const work = () =>
    wanted === undefined
      ? secrets.cancelRotation(id, signal)
      : secrets.rotate(id, rotationStart, signal);
  try {
    await context.times.time('secret', work);
  } catch (error) {
    throw VendError.from(error).withText(
      'The document is stored, but the schedule of its rotation could not be set. Repeat the request.',
    );
  }
}

function scheduleFailed(): VendError {
  return new VendError('secrets_unavailable');
}
