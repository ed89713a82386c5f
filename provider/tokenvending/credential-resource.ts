import { parseCredentialDocument } from '../../lib/credential/document.ts';
import { SECRET_MEMBERS } from '../../lib/credential/document-schema.ts';
import { findJsonObject } from '../../lib/credential/document-text.ts';
import { findCredentialId } from '../../lib/credential/id.ts';
import type { OperatorSecrets } from '../../lib/credential/operator-secrets.ts';
import { openProfiles } from '../../lib/credential/profile-files.ts';
import { SecretsError, WriteUnconfirmed } from '../../lib/credential/secret-errors.ts';
import { VendError } from '../../lib/errors/vend-error.ts';
import { shipped } from '../../profiles/shipped.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { Operation } from '../framework/dispatch/operation.ts';
import {
  type CreateRequest,
  defineResource,
  type ImportRequest,
  type StateRequest,
  type UpdateRequest,
} from '../framework/dispatch/resource.ts';
import { pathOf } from '../framework/values/path.ts';
import type { Connection } from './connection.ts';
import {
  type DocumentAttributes,
  fromDocument,
  type RawDocument,
  toDocument,
} from './credential-document-keys.ts';
import { type CredentialState, credentialSchema } from './credential-schema.ts';
import { reportUnusedProofs } from './unused-proofs.ts';

type Schema = typeof credentialSchema;
type Configured = CreateRequest<Schema, Connection>['config'];

/** Runs `work` on Secrets Manager. Its errors become diagnostics at `credential`. */
async function withSecrets<T>(
  { client, signal }: Operation<Connection>,
  name: string,
  work: (secrets: OperatorSecrets) => Promise<T>,
): Promise<T> {
  const secrets = await client.secrets(signal);
  try {
    return await work(secrets);
  } catch (error) {
    if (error instanceof SecretsError) throw refused(error, name);
    throw error instanceof WriteUnconfirmed ? unconfirmed(error, name) : error;
  } finally {
    secrets.close();
  }
}

function refused(error: SecretsError, name: string): DiagnosticError {
  return new DiagnosticError(
    {
      summary: `Secrets Manager refused ${name}: ${error.exception}`,
      detail: `${error.message}\n\n${error.advice}`,
      path: pathOf('credential'),
    },
    { cause: error },
  );
}

function unconfirmed(error: WriteUnconfirmed, name: string): DiagnosticError {
  const { response, message } = error;
  const outcome =
    'The change may have been carried out. If the state has the resource, the next plan shows the change. If an apply reports that the secret already exists, import it (terraform import).';
  return new DiagnosticError(
    {
      summary:
        response === undefined
          ? `No response to the write of ${name}`
          : `Secrets Manager refused ${name}: ${response.exception}`,
      detail:
        response === undefined
          ? `Terraform was asked to stop. ${message} ${outcome}`
          : `${response.message}\n\n${response.advice}\n\n${outcome}`,
      path: pathOf('credential'),
    },
    { cause: error },
  );
}

// The plan contains defaults, which the document must also contain.
function attributesOf({ plan }: CreateRequest<Schema, Connection>): DocumentAttributes {
  return plan as unknown as DocumentAttributes;
}

function secretsOf(config: Configured): RawDocument {
  const { client_secret, private_key_jwk, tls_client_key, registration_access_token } = config;
  return {
    ...(client_secret === null ? {} : { client_secret }),
    ...(private_key_jwk === null ? {} : { private_key_jwk: parseKey(private_key_jwk) }),
    ...(tls_client_key === null ? {} : { tls_client_key }),
    ...(registration_access_token === null ? {} : { registration_access_token }),
  };
}

function parseKey(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which is the key.
    throw new DiagnosticError({
      summary: 'private_key_jwk is not valid',
      detail: 'private_key_jwk must be a JSON Web Key as JSON text, for example jsonencode({...}).',
      path: pathOf('private_key_jwk'),
    });
  }
}

/** @throws DiagnosticError at the first invalid key */
function check(document: RawDocument, { settings }: Connection): RawDocument {
  try {
    const urls = { allowLoopbackHttp: settings.local };
    const profiles = openProfiles(shipped, settings.serverProfiles, urls);
    parseCredentialDocument(JSON.stringify(document), { ...urls, profiles });
    return document;
  } catch (error) {
    if (!(error instanceof VendError)) throw error;
    const key = Object.keys(credentialSchema.attributes).find((name) =>
      new RegExp(`(: |; )${name} `).test(error.message),
    );
    throw new DiagnosticError({
      summary:
        error.code === 'config_invalid'
          ? 'TOKEN_VENDING_PROFILES has an invalid server profile'
          : 'The credential document would not be valid',
      detail: error.message,
      ...(key === undefined ? {} : { path: pathOf(key) }),
    });
  }
}

async function create(request: CreateRequest<Schema, Connection>) {
  const { config, plan } = request;
  const document = check(toDocument(attributesOf(request), secretsOf(config)), request.client);
  const name = `${plan.prefix}${config.credential}`;
  const { arn, versionId } = await withSecrets(request, name, (secrets) =>
    secrets.createOrRestore({
      name,
      text: JSON.stringify(document),
      kmsKeyId: config.kms_key_id ?? undefined,
      tags: { 'managed-by': 'terraform' },
    }),
  );
  return computedOf(request, arn, versionId);
}

async function update(request: UpdateRequest<Schema, Connection>) {
  const { config, plan, prior } = request;
  const name = `${plan.prefix}${config.credential}`;
  const sendsSecret = config.secret_version !== prior.secret_version;
  return await withSecrets(request, name, async (secrets) => {
    const kept = sendsSecret
      ? secretsOf(config)
      : pickSecrets(findJsonObject((await secrets.read(name))?.text ?? '') ?? {});
    const document = check(toDocument(attributesOf(request), kept), request.client);
    const text = JSON.stringify(document);
    const { arn, versionId } =
      config.kms_key_id === prior.kms_key_id
        ? await secrets.put(name, text)
        : await secrets.update(name, { text, kmsKeyId: config.kms_key_id ?? undefined });
    return computedOf(request, arn, versionId);
  });
}

function pickSecrets(document: RawDocument): RawDocument {
  const entries = SECRET_MEMBERS.map((key) => [key, document[key]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function computedOf(
  { plan, config }: CreateRequest<Schema, Connection>,
  arn: string,
  versionId: string,
) {
  return {
    ...(plan as unknown as CredentialState),
    id: config.credential,
    arn,
    version_id: versionId,
  };
}

async function read(
  request: StateRequest<Schema, Connection>,
): Promise<CredentialState | undefined> {
  const { state, warn } = request;
  const name = `${state.prefix}${state.credential}`;
  const stored = await withSecrets(request, name, (secrets) => secrets.read(name));
  if (stored === undefined) return undefined;
  const document = findJsonObject(stored.text ?? '');
  if (document === undefined) {
    warn({
      summary: `The document of ${state.credential} is not a JSON object`,
      detail:
        'Another program wrote the secret. The next apply replaces it. Change secret_version, so that the apply also sends the client secret.',
    });
  }
  return {
    ...state,
    ...fromDocument(document ?? {}),
    id: state.credential,
    arn: stored.arn,
    version_id: stored.versionId,
    // AWS returns the ARN of a key that was given by alias. So its value is used only after an
    // import.
    kms_key_id: state.arn === null ? (stored.kmsKeyId ?? null) : state.kms_key_id,
  };
}

async function remove(request: StateRequest<Schema, Connection>): Promise<void> {
  const { state } = request;
  const name = `${state.prefix}${state.credential}`;
  await withSecrets(request, name, (secrets) =>
    secrets.delete(name, state.recovery_window_in_days ?? 30),
  );
}

async function importCredential({
  id,
}: ImportRequest<Connection>): Promise<Partial<CredentialState>> {
  const at = id.lastIndexOf('/', id.lastIndexOf('/') - 1) + 1;
  const [prefix, credential] = [id.slice(0, at) || 'token-vending/', id.slice(at)];
  if (findCredentialId(credential) === undefined) {
    throw new DiagnosticError({
      summary: 'Not the name of a credential',
      detail: 'Import by team/name, or by prefix/team/name if the prefix is not token-vending/.',
    });
  }
  return { credential, prefix, recovery_window_in_days: 30 };
}

export const credentialResource = defineResource({
  schema: credentialSchema,
  validate: reportUnusedProofs,
  create,
  read,
  update,
  delete: remove,
  import: importCredential,
});
