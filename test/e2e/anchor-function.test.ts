import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditVerifier } from '../../lib/audit/verifier.ts';
import { AnchorVerifier } from '../../lib/audit/verify-anchors.ts';
import { makeCallers } from '../../local/callers.ts';
import { type LocalKms, startKms } from '../../local/kms.ts';
import type { KmsKey } from '../../local/kms-keys.ts';
import { type LocalObjectStore, startObjectStore } from '../../local/object-store.ts';
import { makeLog } from '../support/audit-world.ts';

const bundle = fileURLToPath(new URL('../../dist/anchor/index.mjs', import.meta.url));
const REGION = 'eu-north-1';
const LOG = 'audit-bucket/token-vending/';
const callers = new Map(makeCallers());
const role = { ...callers.get('token-vending-function'), name: 'token-vending-anchor' } as never;
callers.delete('token-vending-function');
callers.set('token-vending-anchor', role);

let kms: LocalKms;
let key: KmsKey;
let store: LocalObjectStore;

beforeAll(async () => {
  store = await startObjectStore({ port: 0, region: REGION, callers });
  kms = await startKms({ port: 0, region: REGION, callers });
  key = kms.keys.create({ spec: 'ECC_NIST_P256', signer: 'token-vending-anchor' });
  for (const [name, bytes] of await makeLog(2))
    store.objects.set(`${LOG}${name}`, Buffer.from(bytes));
});
afterAll(async () => {
  await store.close();
  await kms.close();
});

/** The bundle that is deployed, in a process of its own. */
async function invoke(more: Readonly<Record<string, string>> = {}) {
  const { accessKeyId, secretAccessKey, sessionToken = '' } = role as Record<string, string>;
  const code = `const { handler } = await import(${JSON.stringify(bundle)}); console.log(JSON.stringify(await handler()));`;
  const args = ['--input-type=module', '--eval', code];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: {
      AWS_ACCESS_KEY_ID: String(accessKeyId),
      AWS_SECRET_ACCESS_KEY: String(secretAccessKey),
      AWS_SESSION_TOKEN: sessionToken,
      AWS_REGION: REGION,
      AWS_ENDPOINT_URL_S3: store.url,
      AWS_ENDPOINT_URL_KMS: kms.url,
      TOKEN_VENDING_LOCAL: 'true',
      TOKEN_VENDING_AUDIT: 's3://audit-bucket/token-vending',
      TOKEN_VENDING_ANCHOR_KEY: key.arn,
      ...more,
    },
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function verify() {
  const anchors = new AnchorVerifier(createPublicKey(key.privateKey));
  const records = new AuditVerifier();
  for (const [name, bytes] of [...store.objects].sort()) {
    const object = name.slice(LOG.length);
    if (!name.startsWith(LOG)) continue;
    if (object.startsWith('anchors/')) anchors.addAnchor(object, bytes);
    else for (const record of records.add(object, bytes)) anchors.addRecord(object, record);
  }
  const { breaks, anchored } = anchors.result(records.result());
  return { breaks, ...anchored };
}

describe('the function that anchors, as it is deployed', () => {
  it('anchors the log in S3 by a signature of KMS, and counts the anchor', async () => {
    const lines = await invoke();
    expect(lines).toMatchObject([
      { level: 'INFO', message: 'anchored', chains: 2, unreadable: 0 },
      { service: 'token-vending', Anchors: 1 },
      { keys: ['anchors/v1/000000000000.json'], chains: 2 },
    ]);
    expect([...kms.calls]).toEqual([['Sign', 1]]);
    expect(verify()).toMatchObject({ anchors: 1, breaks: [] });
    expect(Object.keys(verify().proven)).toHaveLength(2);
  });

  it('goes on after its last anchor, and copies both to another bucket', async () => {
    await invoke({ TOKEN_VENDING_ANCHOR_COPY: 's3://copy-bucket' });
    expect(verify()).toMatchObject({ anchors: 2, breaks: [] });
    expect([...store.objects.keys()].filter((key) => key.startsWith('copy-bucket/'))).toEqual([
      'copy-bucket/anchors/v1/000000000000.json',
      'copy-bucket/anchors/v1/000000000001.json',
    ]);
  });

  it('fails and counts no anchor if it cannot store the anchor', async () => {
    await expect(invoke({ TOKEN_VENDING_AUDIT: 'file:///tmp' })).rejects.toThrow(
      'TOKEN_VENDING_AUDIT must be s3://bucket',
    );
    store.fault = { kind: 'response', status: 403, code: 'AccessDenied' };
    await expect(invoke()).rejects.toMatchObject({ code: 1, stdout: '' });
    store.fault = undefined;
    expect(verify().anchors).toBe(2);
  });
});
