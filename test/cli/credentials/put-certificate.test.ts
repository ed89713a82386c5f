import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type IssuedCertificate, issueSelfSigned } from '../../../local/certificate-authority.ts';
import { type OperatorWorld, openOperatorWorld } from '../../support/operator-world.ts';
import { runCommand } from '../../support/run-command.ts';

const DOCUMENT = {
  issuer: 'https://auth.example.com',
  client_id: 'orders',
  token_endpoint_auth_method: 'self_signed_tls_client_auth',
};

let world: OperatorWorld;
let own: IssuedCertificate;

beforeAll(async () => {
  world = await openOperatorWorld();
  // The AWS SDK reads them from the process, of which Jest gives each file its own.
  Object.assign(process.env, world.environment);
  own = await issueSelfSigned('CN=orders');
});
afterAll(() => world.close());

async function write(name: string, text: string): Promise<string> {
  const file = path.join(world.folder, name);
  await writeFile(file, text);
  return file;
}

async function put(name: string, { certificate, key }: IssuedCertificate) {
  const line = [
    ...['credentials', 'put', `servers/${name}`],
    ...['--file', await write('document.json', JSON.stringify(DOCUMENT))],
    ...['--set-file', `tls_client_certificate=${await write('client.pem', certificate)}`],
    ...['--set-file', `tls_client_key=${await write('client.key', key)}`],
  ];
  return await runCommand(line, world.environment, new AbortController().signal);
}

describe('credentials put --set-file', () => {
  it('stores a certificate and its key from files, and prints neither', async () => {
    const outcome = await put('certified', own);
    expect(outcome).toMatchObject({ stderr: '', code: undefined });
    expect(outcome.stdout).not.toMatch(/BEGIN|PRIVATE/);
    const [version] = world.manager.store.find('token-vending/servers/certified')?.versions ?? [];
    expect(JSON.parse(version?.text ?? 'null')).toEqual({
      ...DOCUMENT,
      tls_client_certificate: own.certificate.trim(),
      tls_client_key: own.key.trim(),
    });
  });

  it('refuses the key of another certificate, and shows no part of it', async () => {
    const { key } = await issueSelfSigned('CN=other');
    const { stderr, code } = await put('mixed', { ...own, key });
    expect(code).toBe(9);
    expect(stderr).toContain('tls_client_key must be the key of the first certificate');
    for (const line of key.split('\n').slice(1, 3)) expect(stderr).not.toContain(line);
  });
});
