import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openAuditFilesReader } from '../../lib/audit/file-reader.ts';
import { openAuditFiles } from '../../lib/audit/file-store.ts';
import {
  openAuditBucket,
  openAuditBucketReader,
  type S3Options,
} from '../../lib/audit/s3-store.ts';
import { makeCallers } from '../../local/callers.ts';
import { type LocalObjectStore, startObjectStore } from '../../local/object-store.ts';
import { readAllFiles } from '../support/canary-search.ts';
import { FakeAuditStore } from '../support/fake-audit-store.ts';
import { itIsAnAuditStore } from './audit-store.ts';

const REGION = 'eu-north-1';
const callers = makeCallers();
let root: string;
let objectStore: LocalObjectStore;
let number = 0;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'token-vending-audit-'));
  objectStore = await startObjectStore({ port: 0, region: REGION, callers });
});
afterAll(async () => {
  await objectStore.close();
  await rm(root, { recursive: true });
});

function optionsOf(name: string): S3Options {
  const caller = callers.get(name);
  if (caller === undefined) throw new Error(`there is no caller ${name}`);
  return {
    endpoint: objectStore.url,
    region: REGION,
    credentials: {
      accessKeyId: caller.accessKeyId,
      secretAccessKey: caller.secretAccessKey,
      ...(caller.sessionToken === undefined ? {} : { sessionToken: caller.sessionToken }),
    },
  };
}

function openBucket(name = 'token-vending-function') {
  number += 1;
  const bucket = `audit-${number}`;
  const store = openAuditBucket({ bucket, prefix: 'log', pathStyle: true }, optionsOf(name));
  return { bucket, store };
}

describe('audit files', () => {
  itIsAnAuditStore(async () => {
    number += 1;
    const directory = path.join(root, String(number));
    return {
      store: openAuditFiles(directory),
      stored: async () =>
        Object.fromEntries((await readAllFiles(directory)).map(({ file, text }) => [file, text])),
      // A file where the directory is to be.
      break: async () => await writeFile(directory, ''),
      mend: async () => await rm(directory),
    };
  });
});

describe('audit bucket', () => {
  itIsAnAuditStore(async () => {
    const { bucket, store } = openBucket();
    const start = `${bucket}/log/`;
    return {
      store,
      stored: async () =>
        Object.fromEntries(
          [...objectStore.objects]
            .filter(([name]) => name.startsWith(start))
            .map(([name, body]) => [name.slice(start.length), body.toString()]),
        ),
      break: async () => {
        objectStore.fault = { kind: 'response', status: 500, code: 'InternalError' };
      },
      mend: async () => {
        objectStore.fault = undefined;
      },
    };
  });

  const put = (store: ReturnType<typeof openBucket>['store'], milliseconds = 5_000) =>
    store.create('v1/x.json', new TextEncoder().encode('{}'), AbortSignal.timeout(milliseconds));

  it.each([
    ['forbids it', { kind: 'response', status: 403, code: 'AccessDenied' }],
    ['is throttled', { kind: 'response', status: 503, code: 'SlowDown' }],
    [
      'has a conflicting write',
      { kind: 'response', status: 409, code: 'ConditionalRequestConflict' },
    ],
    ['closes the connection', { kind: 'lose-response' }],
  ] as const)('is unavailable where S3 %s', async (_, fault) => {
    const { store } = openBucket();
    objectStore.fault = { ...fault, times: 1 };
    await expect(put(store)).rejects.toMatchObject({ code: 'audit_unavailable' });
    await put(store);
  });

  it('is unavailable where S3 does not answer before the signal aborts', async () => {
    const { store } = openBucket();
    objectStore.fault = { kind: 'hang', times: 1 };
    await expect(put(store, 100)).rejects.toMatchObject({ code: 'audit_unavailable' });
  });

  it('is unavailable where the key is taken and the role may not look', async () => {
    const { store, bucket } = openBucket();
    objectStore.objects.set(`${bucket}/log/v1/x.json`, Buffer.from('{}'));
    const requests = objectStore.requests.length;
    objectStore.fault = { kind: 'response', status: 412, code: 'PreconditionFailed', times: 2 };
    await expect(put(store)).rejects.toMatchObject({ code: 'audit_unavailable' });
    expect(objectStore.requests.slice(requests).map((line) => line.split(' ')[0])).toEqual([
      'PUT',
      'HEAD',
    ]);
  });

  it('cannot be written by another role, and nothing in it can be deleted', async () => {
    const { store } = openBucket('ci-checkout');
    await expect(put(store)).rejects.toMatchObject({ code: 'audit_unavailable' });
    const response = await fetch(`${objectStore.url}/audit-1/log/v1/x.json`, { method: 'DELETE' });
    expect(response.status).toBe(403);
  });
});

async function collect(keys: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const key of keys) all.push(key);
  return all;
}

describe('audit files, for whoever reads the log', () => {
  const { signal } = new AbortController();

  it('lists what begins alike, and reads it; a file that is being written is not listed', async () => {
    number += 1;
    const directory = path.join(root, String(number));
    const store = openAuditFiles(directory);
    for (const key of ['v1/b/2.json', 'v1/a/1.json', 'v2/c.json'])
      await store.create(key, new TextEncoder().encode(`"${key}"`), signal);
    await writeFile(path.join(directory, 'v1/a/.part'), '');
    const reader = openAuditFilesReader(directory);
    expect(await collect(reader.keys('v1/', signal))).toEqual(['v1/a/1.json', 'v1/b/2.json']);
    const bytes = await reader.read('v1/b/2.json', signal);
    expect(new TextDecoder().decode(bytes)).toBe('"v1/b/2.json"');
  });

  it('lists nothing in a folder that does not exist, and fails if it cannot be read', async () => {
    const reader = openAuditFilesReader(path.join(root, 'none'));
    expect(await collect(reader.keys('v1/', signal))).toEqual([]);
    await writeFile(path.join(root, 'file'), '');
    const wrong = openAuditFilesReader(path.join(root, 'file'));
    await expect(collect(wrong.keys('v1/', signal))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});

describe('audit bucket, for whoever reads the log', () => {
  const { signal } = new AbortController();

  it('lists what begins alike, below the prefix, and reads it', async () => {
    const { bucket, store } = openBucket();
    for (const key of ['v1/b.json', 'v1/a.json', 'v2/c.json'])
      await store.create(key, new TextEncoder().encode(`"${key}"`), signal);
    const place = { bucket, prefix: 'log', pathStyle: true };
    const reader = openAuditBucketReader(place, optionsOf('operator'));
    expect(await collect(reader.keys('v1/', signal))).toEqual(['v1/a.json', 'v1/b.json']);
    const bytes = await reader.read('v1/b.json', signal);
    expect(new TextDecoder().decode(bytes)).toBe('"v1/b.json"');
  });

  it('has no prefix, if the log has none', async () => {
    number += 1;
    const place = { bucket: `audit-${number}`, prefix: '', pathStyle: true };
    const store = openAuditBucket(place, optionsOf('token-vending-function'));
    await store.create('v1/a.json', new TextEncoder().encode('{}'), signal);
    const reader = openAuditBucketReader(place, optionsOf('operator'));
    expect(await collect(reader.keys('v1/', signal))).toEqual(['v1/a.json']);
    expect([...objectStore.objects.keys()]).toContain(`audit-${number}/v1/a.json`);
  });

  it('shows the error of S3 to another role', async () => {
    const place = { bucket: 'audit-1', prefix: 'log', pathStyle: true };
    const reader = openAuditBucketReader(place, optionsOf('ci-checkout'));
    await expect(collect(reader.keys('v1/', signal))).rejects.toThrow();
    await expect(reader.read('v1/x.json', signal)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe('fake audit store', () => {
  itIsAnAuditStore(async () => {
    const store = new FakeAuditStore();
    return {
      store,
      stored: async () => store.texts(),
      break: async () => {
        store.failing = true;
      },
      mend: async () => {
        store.failing = false;
      },
    };
  });
});
