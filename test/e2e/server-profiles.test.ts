import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCommand } from '../support/command-line.ts';
import { environmentOf } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let folder: string;
let profiles: string;
let system: TestSystem;
const logged: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'token-vending-profiles-'));
  profiles = path.join(folder, 'profiles');
  await mkdir(profiles);
  const acme = {
    description: 'Acme.',
    defaults: { default_scope: 'orders:write' },
    requires: [{ member: 'scope', text: 'write the scopes of Acme' }],
  };
  await writeFile(path.join(profiles, 'acme.json'), JSON.stringify(acme));
  system = await startTestSystem({ profiles, onLog: (line) => logged.push(line) });
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true });
});

const currentDocument = (name: string) => {
  const secret = system.secretsManager.store.find(`token-vending/${name}`);
  return JSON.parse(
    secret?.versions.find(({ stages }) => stages.includes('AWSCURRENT'))?.text ?? 'null',
  );
};

/** The digest in the record of the last start of the function. */
function configurationDigest(): unknown {
  const starts = logged
    .map((line) => JSON.parse(line))
    .filter(({ unmapped }) => unmapped?.configuration_digest !== undefined);
  return starts.at(-1)?.unmapped.configuration_digest;
}

async function put(document: object, ...flags: string[]) {
  const file = path.join(folder, 'document.json');
  await writeFile(file, JSON.stringify(document));
  const line = ['credentials', 'put', 'checkout/orders-api', '--file', file, ...flags];
  const environment = { PATH: process.env['PATH'] ?? '', ...environmentOf(system, 'operator') };
  return await startCommand(line, environment).ended;
}

describe('the server profiles of a deployment', () => {
  it('give the functions the members that a document does not have', async () => {
    const { default_scope: _, ...document } = currentDocument('checkout/orders-api');
    expect(await put(document, '--profile', 'acme')).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('obtained a token with it first'),
    });
    await system.function.restart();
    const credential = 'checkout/orders-api';
    const token = await system.client('ci-checkout').getToken({ credential, fresh: true });
    expect(token.scope).toBe('orders:write');
    expect(await system.client('ci-checkout').listCredentials()).toContainEqual(
      expect.objectContaining({ credential, profile: 'acme', default_scope: ['orders:write'] }),
    );
  });

  it('are part of the digest of the configuration', async () => {
    const before = configurationDigest();
    expect(before).toMatch(/^[0-9a-f]{64}$/);
    await system.function.restart();
    await system.client('ci-checkout').callerIdentity();
    expect(configurationDigest()).toBe(before);
    const file = path.join(profiles, 'acme.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('the scopes of Acme', 'the scopes'));
    await system.function.restart();
    await system.client('ci-checkout').callerIdentity();
    expect(configurationDigest()).not.toBe(before);
  });
});
