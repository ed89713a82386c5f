import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../provider/framework/process/certificate.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { openConnectProxy } from '../support/connect-proxy.ts';
import { findOldNode } from '../support/old-node.ts';
import type { Terraform } from '../support/terraform.ts';
import { environmentOf, openTerraform, releaseTokenVending } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const old = findOldNode();
const hasTerraform = spawnSync('terraform', ['version']).error === undefined;
if (old === undefined)
  process.stderr.write('\nSKIPPED: on Node.js 20: there is none on the PATH.\n\n');
if (old !== undefined && !hasTerraform)
  process.stderr.write('\nSKIPPED: the thin provider on Node.js 20: no terraform on the PATH.\n\n');
const describeOld = old === undefined ? describe.skip : describe;

describeOld('on Node.js 20', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startTestSystem();
  });
  afterAll(() => system.stop());

  it('the command line works', async () => {
    const cli = path.join(root, 'dist/cli/token-vending.mjs');
    const { promise, resolve } = Promise.withResolvers<string>();
    const child = spawn(path.join(old ?? '', 'node'), [cli, 'whoami'], {
      env: { PATH: process.env['PATH'], ...environmentOf(system, 'ci-checkout') },
    });
    let said = '';
    child.stdout.on('data', (chunk) => (said += chunk));
    child.stderr.on('data', (chunk) => (said += chunk));
    child.on('close', () => resolve(said));
    expect(await promise).toContain('arn:aws:iam::111122223333:role/ci-checkout');
  });

  // Node.js itself follows proxies from 24.5 on only.
  it('the command line goes through the proxy of the environment', async () => {
    const { certPem, keyPem } = makeCertificate();
    const folder = await mkdtemp(path.join(tmpdir(), 'node-20-'));
    const authority = path.join(folder, 'ca.pem');
    await writeFile(authority, certPem);
    const identity = { account: 'A', arn: 'arn:x', principal: 'p', kind: 'k', name: 'n' };
    const endpoint = https.createServer({ key: keyPem, cert: certPem }, (_, response) =>
      response.end(JSON.stringify({ ...identity, user_id: 'u' })),
    );
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const host = `localhost:${(endpoint.address() as AddressInfo).port}`;
    const proxy = await openConnectProxy();
    try {
      const cli = path.join(root, 'dist/cli/token-vending.mjs');
      const { stdout } = await promisify(execFile)(path.join(old ?? '', 'node'), [cli, 'whoami'], {
        env: {
          ...environmentOf(system, 'ci-checkout'),
          TOKEN_VENDING_ENDPOINT: `https://${host}`,
          NODE_EXTRA_CA_CERTS: authority,
          HTTPS_PROXY: proxy.url,
        },
      });
      expect(stdout).toContain('arn:x');
      expect(proxy.requested).toEqual([host]);
    } finally {
      await proxy.close();
      endpoint.close().closeAllConnections();
      await rm(folder, { recursive: true });
    }
  });

  (hasTerraform ? it : it.skip)('the thin provider works', async () => {
    const releases: Release[] = [await releaseTokenVending()];
    const configuration = `
      data "tokenvending_caller_identity" "me" {}
      ephemeral "tokenvending_access_token" "it" { credential = "checkout/orders-api" }
      output "who" { value = data.tokenvending_caller_identity.me.name }
    `;
    const terraform: Terraform = await openTerraform(system, 'ci-checkout', {
      releases,
      configuration,
    });
    try {
      const PATH = `${old}${path.delimiter}${path.dirname(execFileSync('which', ['terraform'], { encoding: 'utf8' }))}${path.delimiter}/bin`;
      const { stdout } = await terraform.succeed(['apply', '-auto-approve'], { PATH });
      expect(stdout).toContain('who = "ci-checkout"');
    } finally {
      await terraform.close();
    }
  });
});
