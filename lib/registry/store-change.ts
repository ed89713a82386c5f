import type { AuditedAccess } from '../audit/event.ts';
import type { AuditedRegistration } from '../audit/registration.ts';
import type { CredentialId } from '../credential/id.ts';
import { VendError } from '../errors/vend-error.ts';
import { Deadline } from '../time/deadline.ts';
import { REGISTRY_WRITE_TIMEOUT } from '../time/time-budget.ts';
import { MintError } from '../vending/mint-error.ts';
import type { RequestContext } from '../vending/request-context.ts';
import type { StoredDocument } from './credential-secrets.ts';
import type { Proposal } from './proposal.ts';
import type { Registry } from './registry.ts';
import { TestFailed, type TestParts, testDocument } from './test-document.ts';

export type StoreParts = TestParts & Pick<Registry, 'secrets'>;

/** A checked change of one credential. */
export interface Change {
  readonly id: CredentialId;
  readonly operation: 'register' | 'change' | 'switch';
  readonly proposal: Proposal;
  /** Absent if there is no document yet. */
  readonly stored: StoredDocument | undefined;
  /** Whether a token is to be obtained with the document first. */
  readonly tests: boolean;
}

/**
 * Tests a document, announces the change, writes it and records it.
 *
 * @returns id of the version that is current then. A change that changes nothing writes no version
 * @throws VendError the errors of {@link testDocument}, and then nothing is changed;
 *   `version_conflict`, `secrets_unavailable`, `audit_unavailable`
 */
export async function storeChange(
  parts: StoreParts,
  context: RequestContext,
  access: AuditedAccess,
  change: Change,
): Promise<string> {
  const { id, operation, proposal, stored } = change;
  const { recorder, secrets, clock } = parts;
  const versionBefore = stored?.versionId;
  const members = proposal.changed;
  if (stored !== undefined && members.length === 0) {
    const same = { versionBefore, versionAfter: versionBefore, members, tested: false };
    await renew(parts, change, context.signal);
    await recorder.record(context, {
      kind: 'registered',
      access,
      registration: { operation, ...same },
    });
    return stored.versionId;
  }
  const versionId = clock.uuid();
  const tested = await test(parts, context, access, change, versionId);
  const registration = { operation, members, versionBefore, versionAfter: versionId, tested };
  await announcedWrite(parts, context, access, registration, async (signal) => {
    if (stored === undefined) await secrets.prepare(id, signal);
    else await renew(parts, change, signal);
    const written = { text: proposal.text, versionId, replaces: versionBefore };
    await secrets.write(id, written, signal);
    if (stored === undefined) await replicateNew(parts, id, signal);
  });
  return versionId;
}

// A switch is an emergency, so nothing that can wait stands before it.
async function renew(
  { secrets }: StoreParts,
  { id, operation, stored }: Change,
  signal: AbortSignal,
): Promise<void> {
  if (stored !== undefined && operation !== 'switch')
    await secrets.renew(id, stored.description.replicas, signal);
}

async function replicateNew(
  { secrets }: StoreParts,
  id: CredentialId,
  signal: AbortSignal,
): Promise<void> {
  try {
    await secrets.replicate(id, [], signal);
  } catch (error) {
    throw new VendError('secrets_unavailable', {
      says: 'The credential was stored, and it could not be copied to the other Regions.',
      advice: 'Send the request again with If-Match, which copies it.',
      cause: error,
    });
  }
}

/**
 * Writes what was announced before and is recorded after it. The write has its own time: it is not
 * left half done if the caller leaves or the time of the request ends.
 *
 * @throws VendError what `write` throws; `audit_unavailable`
 */
export async function announcedWrite(
  { recorder, clock }: Pick<Registry, 'recorder' | 'clock'>,
  context: RequestContext,
  access: AuditedAccess,
  registration: AuditedRegistration,
  write: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  context.signal.throwIfAborted();
  await recorder.record(context, { kind: 'registration-announced', access, registration });
  using writing = new Deadline(clock, REGISTRY_WRITE_TIMEOUT, writeTimeout);
  await context.times.time('secret', () => write(writing.signal));
  try {
    await recorder.record(context, { kind: 'registered', access, registration });
  } catch (error) {
    throw VendError.from(error).withText(
      'The change was made, and its audit record could not be written.',
    );
  }
}

// Nobody gets a token of a disabled credential, so its document is not tried.
async function test(
  parts: StoreParts,
  context: RequestContext,
  access: AuditedAccess,
  { tests, proposal: { document, members } }: Change,
  versionId: string,
): Promise<boolean> {
  if (!tests || document.status === 'disabled') return false;
  try {
    await testDocument(parts, context, access, { document, members, versionId });
    return true;
  } catch (error) {
    if (!(error instanceof TestFailed)) throw error;
    const stage = error.failed.failed_stage;
    const says = `The document was not stored, because its test failed at the stage ${stage}: ${error.message}`;
    throw new MintError(error.withText(says), error.mintId);
  }
}

function writeTimeout(): VendError {
  return new VendError('secrets_unavailable', {
    says: 'Secrets Manager did not respond in time. It is not known whether the change was stored.',
    advice: 'Read the credential: its ETag says whether the change was stored.',
  });
}
