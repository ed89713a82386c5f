import * as v from 'valibot';
import {
  type ChangedCredential,
  type RegisteredCredential,
  registeredCredentialSchema,
} from '../../lib/http/registry-wire.ts';
import { changedMembers, isSwitch } from '../../lib/registry/document-change.ts';
import type { Operation } from '../framework/dispatch/operation.ts';
import {
  type CreateRequest,
  defineResource,
  type StateRequest,
  type UpdateRequest,
} from '../framework/dispatch/resource.ts';
import { configuredSecrets } from './configured-secrets.ts';
import type { Connection } from './connection.ts';
import { createCredential, isCode } from './create-credential.ts';
import { fromDocument, toDocument } from './credential-document-keys.ts';
import { type CredentialState, credentialSchema, RECOVERY_DAYS } from './credential-schema.ts';
import { importCredential, upgradeCredential } from './foreign-state.ts';
import { RegistryCalls } from './registry-calls.ts';
import { explainRegistryError, type FailedCall } from './registry-error.ts';
import { reportUnusedProofs } from './unused-proofs.ts';

type Schema = typeof credentialSchema;

/** Calls the registry. Its errors become diagnostics. */
async function withRegistry<T>(
  operation: Operation<Connection>,
  credential: string,
  failed: FailedCall,
  work: (calls: RegistryCalls) => Promise<T>,
): Promise<T> {
  const registry = await operation.client.registry();
  using calls = new RegistryCalls(registry, operation, credential);
  try {
    return await work(calls);
  } catch (error) {
    throw explainRegistryError(error, failed);
  }
}

async function create(request: CreateRequest<Schema, Connection>) {
  const { config } = request;
  const { credential } = config;
  const plan = plannedOf(request);
  const created = {
    credential,
    document: toDocument(plan, configuredSecrets(config)),
    test: plan.test_on_change !== false,
    recoveryDays: plan.recovery_window_in_days ?? RECOVERY_DAYS,
  };
  const failed = changing(request, `${credential} is not created`);
  const changed = await withRegistry(request, credential, failed, (calls) =>
    createCredential(calls, created),
  );
  return { ...plan, ...computedOf(changed) };
}

async function update(request: UpdateRequest<Schema, Connection>) {
  const { config, prior } = request;
  const { credential } = prior;
  const plan = plannedOf(request);
  const [before, after] = [toDocument(prior), toDocument(plan)];
  const changed = changedMembers(before, after);
  const sendsSecrets = config.secret_version !== prior.secret_version;
  // The other attributes stand only in the state.
  if (changed.length === 0 && !sendsSecrets) return { ...plan, ...keptOf(prior) };
  const patch = Object.fromEntries(changed.map((member) => [member, after[member]]));
  const secrets = sendsSecrets ? configuredSecrets(config) : {};
  const failed = { ...changing(request, `${credential} is not changed`), sendsSecrets };
  const response = await withRegistry(request, credential, failed, (calls) =>
    calls.change((registry, signal) => {
      const based = { version: prior.version_id ?? undefined, signal };
      return !sendsSecrets && isSwitch(patch)
        ? registry.patch(credential, patch, based)
        : registry.put(
            credential,
            { ...after, ...secrets },
            { ...based, test: plan.test_on_change !== false },
          );
    }),
  );
  return { ...plan, ...computedOf(response) };
}

async function read(
  request: StateRequest<Schema, Connection>,
): Promise<CredentialState | undefined> {
  const { state, warn } = request;
  const { credential } = state;
  const failed = reading(`${credential} cannot be read`);
  const found = await withRegistry(request, credential, failed, (calls) =>
    calls
      .read((registry, signal) => registry.describe(credential, signal))
      .catch((error: unknown) => ifUnknown(error)),
  );
  if (found === undefined) return undefined;
  if (found.status === 'invalid') {
    warn({
      summary: `The document of ${credential} is invalid`,
      detail:
        'Another program wrote it. The next apply replaces it. Change secret_version, so that the apply also sends the secrets of the configuration.',
    });
  }
  const { last } = found.rotation;
  if (last?.outcome === 'failed') {
    warn({
      summary: `The last rotation of ${credential} failed at the step ${last.step}`,
      detail: [last.message, last.advice].filter(Boolean).join('\n\n'),
    });
  }
  return { ...state, ...describedBy(found), id: credential };
}

async function remove(request: StateRequest<Schema, Connection>): Promise<void> {
  const { credential, recovery_window_in_days } = request.state;
  const recoveryDays = recovery_window_in_days ?? RECOVERY_DAYS;
  const failed: FailedCall = { ...reading(`${credential} is not deleted`), kind: 'change' };
  await withRegistry(request, credential, failed, (calls) =>
    calls
      .change((registry, signal) =>
        registry.delete(credential, { version: 'any', recoveryDays, signal }),
      )
      .catch((error: unknown) => ifUnknown(error)),
  );
}

// The registry says it only to those who may describe the credential, so it is gone.
function ifUnknown(error: unknown): undefined {
  if (!isCode(error, 'credential_unknown')) throw error;
}

function reading(doing: string): FailedCall {
  return { doing, given: new Set(['credential']), kind: 'read' };
}

function changing({ config }: CreateRequest<Schema, Connection>, doing: string): FailedCall {
  const given = Object.entries(config).filter(([, value]) => value !== null);
  return { doing, given: new Set(given.map(([name]) => name)), kind: 'change' };
}

// The plan contains defaults, which the document must also contain.
function plannedOf({ plan }: CreateRequest<Schema, Connection>): CredentialState {
  return plan as unknown as CredentialState;
}

/** The computed attributes after a change. */
function computedOf(changed: ChangedCredential) {
  const { success, output } = v.safeParse(registeredCredentialSchema, changed);
  const id = changed.credential;
  if (success) return { id, ...describedBy(output) };
  // The caller may change the credential, and not describe it.
  return { id, ...NOT_DESCRIBED, version_id: changed.version_id };
}

const NOT_DESCRIBED = {
  status: null,
  epoch: null,
  secret_members: null,
  last_rotated_at: null,
  next_rotation_at: null,
};

function describedBy({ document, version_id, secret_members, rotation }: RegisteredCredential) {
  const { last_rotated_at = null, next_rotation_at = null } = rotation;
  const computed = { version_id, secret_members, last_rotated_at, next_rotation_at };
  return { ...fromDocument(document), ...computed };
}

function keptOf({ id, version_id, secret_members, ...prior }: CredentialState) {
  const { last_rotated_at, next_rotation_at } = prior;
  return { id, version_id, secret_members, last_rotated_at, next_rotation_at };
}

export const credentialResource = defineResource({
  schema: credentialSchema,
  validate: reportUnusedProofs,
  create,
  read,
  update,
  delete: remove,
  import: importCredential,
  upgrade: upgradeCredential,
});
