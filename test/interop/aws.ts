import path from 'node:path';
import { CreateKeyCommand, type KeySpec, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { openAuditBucketReader } from '../../lib/audit/s3-store.ts';
import type { SecretsManagerOptions } from '../../lib/credential/secrets-manager.ts';
import { kidOf, kmsAlgorithmOf } from '../../lib/signing/kms-algorithms.ts';
import { openKmsKeys } from '../../lib/signing/kms-keys.ts';
import { REGION } from '../../local/deployed-functions.ts';
import { SECRET_PREFIX } from '../../local/secret-settings.ts';
import { MOTO_SERVER } from '../../tools/interop/moto.ts';
import { findFreePort } from './front.ts';
import { startServerProcess } from './server-process.ts';

const READS_AT_ONCE = 16;
const BUCKET = 'interop-audit';

/** Secrets Manager, S3 and KMS of moto. */
export interface InteropAws extends AsyncDisposable {
  /** With which the function uses them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Options of clients of the SDK. */
  readonly options: SecretsManagerOptions & { readonly endpoint: string };
  /** Writes a new current version of a credential document. */
  putDocument(credential: string, document: object): Promise<void>;
  /**
   * Makes a key that signs.
   *
   * @param algorithm `RS256`
   * @returns its ARN, and its public key to register
   */
  createSigningKey(
    algorithm: string,
  ): Promise<{ readonly arn: string; readonly jwk: Readonly<Record<string, unknown>> }>;
  /** The objects of the audit log. */
  records(): AsyncGenerator<{ readonly key: string; readonly content: Uint8Array }>;
}

/** Starts moto with an empty bucket for the audit log. */
export async function startAws(directory: string): Promise<InteropAws> {
  const port = await findFreePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = await startServerProcess({
    program: MOTO_SERVER,
    args: ['-H', '127.0.0.1', '-p', String(port)],
    logFile: path.join(directory, 'moto.log'),
    readyUrl: `${endpoint}/moto-api/`,
  });
  // moto takes every key.
  const credentials = { accessKeyId: 'interop', secretAccessKey: 'interop' };
  const options = { region: REGION, endpoint, credentials };
  const secrets = new SecretsManagerClient(options);
  await new S3Client({ ...options, forcePathStyle: true }).send(
    new CreateBucketCommand({
      Bucket: BUCKET,
      ObjectLockEnabledForBucket: true,
      CreateBucketConfiguration: { LocationConstraint: REGION },
    }),
  );
  const kms = new KMSClient(options);
  const known = new Set<string>();
  return {
    options,
    environment: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ENDPOINT_URL_KMS: endpoint,
      TOKEN_VENDING_AUDIT: `s3://${BUCKET}`,
    },
    async putDocument(credential, document) {
      const id = `${SECRET_PREFIX}${credential}`;
      const SecretString = JSON.stringify(document);
      if (known.has(credential))
        await secrets.send(new PutSecretValueCommand({ SecretId: id, SecretString }));
      else await secrets.send(new CreateSecretCommand({ Name: id, SecretString }));
      known.add(credential);
    },
    async createSigningKey(algorithm) {
      const [spec] = kmsAlgorithmOf(algorithm).keySpecs;
      const { KeyMetadata } = await kms.send(
        new CreateKeyCommand({ KeySpec: spec as KeySpec, KeyUsage: 'SIGN_VERIFY' }),
      );
      const arn = String(KeyMetadata?.Arn);
      const key = await openKmsKeys(options).readPublicKey(arn, new AbortController().signal);
      const members = { kid: kidOf(arn), alg: algorithm, use: 'sig' };
      return { arn, jwk: { ...key.export({ format: 'jwk' }), ...members } };
    },
    async *records() {
      const bucket = { bucket: BUCKET, prefix: '', pathStyle: true };
      const reader = openAuditBucketReader(bucket, options);
      const { signal } = new AbortController();
      const keys: string[] = [];
      for await (const key of reader.keys('', signal)) keys.push(key);
      while (keys.length > 0)
        yield* await Promise.all(
          keys.splice(0, READS_AT_ONCE).map(async (key) => ({
            key,
            content: await reader.read(key, signal),
          })),
        );
    },
    [Symbol.asyncDispose]: server.stop,
  };
}
