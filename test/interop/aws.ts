import path from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { openAuditBucketReader } from '../../lib/audit/s3-store.ts';
import type { SecretsManagerOptions } from '../../lib/credential/secrets-manager.ts';
import { SECRET_PREFIX } from '../../local/seed.ts';
import { REGION } from '../../local/system.ts';
import { MOTO_SERVER } from '../../tools/interop/moto.ts';
import { findFreePort } from './front.ts';
import { startServerProcess } from './server-process.ts';

const READS_AT_ONCE = 16;
const BUCKET = 'interop-audit';

/** Secrets Manager and S3 of moto. */
export interface InteropAws extends AsyncDisposable {
  /** With which the function uses them. */
  readonly environment: Readonly<Record<string, string>>;
  /** Options of clients of the SDK. */
  readonly options: SecretsManagerOptions & { readonly endpoint: string };
  /** Writes a new current version of a credential document. */
  putDocument(credential: string, document: object): Promise<void>;
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
  const known = new Set<string>();
  return {
    options,
    environment: {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
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
