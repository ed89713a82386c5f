import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { issueSelfSigned } from '../../local/certificate-authority.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { findCanaries, partsOfPem, readAllFiles } from './canary-search.ts';
import { configurationOf, currentDocument, editInConsole } from './managed-credential.ts';
import { sampleRows } from './sample-rows.ts';
import { describeTerraform, type Terraform } from './terraform.ts';
import { openTerraform, releaseTokenVending } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

/**
 * Manages credentials of the local system with the real terraform.
 *
 * @param sample titles of the tests to run; all if absent
 */
export function describeCredentials(sample?: readonly string[]): void {
  let system: TestSystem;
  let release: Release;
  let terraform: Terraform;

  beforeAll(async () => {
    release = await releaseTokenVending();
    system = await startTestSystem();
  });
  afterEach(() => terraform.close());
  afterAll(() => system.stop());

  const open = async (configuration: string) => {
    terraform = await openTerraform(system, 'operator', { releases: [release], configuration });
  };
  const documentOf = (name: string) => currentDocument(system, name);
  const newSecret = () => {
    const secret = randomBytes(24).toString('hex');
    system.guard(secret);
    return secret;
  };

  const tests: readonly (readonly [title: string, body: () => Promise<void>])[] = [
    [
      'is created, changed, shown as drifted, corrected and destroyed; its secret is in no file',
      async () => {
        const [first, second] = [newSecret(), newSecret()];
        const written: string[] = [];
        const apply = async (attributes: string, secret: string, ...args: string[]) => {
          await terraform.write({ 'main.tf': configurationOf('support/crm-api', attributes) });
          const { stdout, stderr } = await terraform.succeed(['apply', '-auto-approve', ...args], {
            TF_VAR_secret: secret,
            TF_LOG: 'trace',
          });
          written.push(stdout, stderr);
          return stdout;
        };
        const SCOPES = 'scope = ["tickets:write", "tickets:read"]';
        await open(configurationOf('support/crm-api', SCOPES));
        expect(await apply(SCOPES, first)).toContain('1 added');
        expect(documentOf('support/crm-api')).toEqual({
          issuer: 'https://auth.example.com',
          client_id: 'orders',
          client_secret: first,
          scope: 'tickets:read tickets:write',
          profile: 'generic',
          status: 'enabled',
          epoch: 0,
        });
        expect(await terraform.attributesOf('tokenvending_credential.it')).toMatchObject({
          id: 'support/crm-api',
          client_secret: null,
          scope: ['tickets:read', 'tickets:write'],
          arn: expect.stringMatching(
            /^arn:aws:secretsmanager:.*:secret:token-vending\/support\/crm-api-/,
          ),
        });

        // Another key changes, so the secret stays, whatever the configuration has.
        expect(await apply(`${SCOPES}\n  status = "disabled"`, second)).toContain('1 changed');
        expect(documentOf('support/crm-api')).toMatchObject({
          status: 'disabled',
          client_secret: first,
        });
        expect(await apply(`${SCOPES}\n  secret_version = "2"`, second)).toContain('1 changed');
        expect(documentOf('support/crm-api')).toMatchObject({
          status: 'enabled',
          client_secret: second,
        });

        await editInConsole(system, 'support/crm-api', {
          epoch: 7,
          audience: ['https://elsewhere.example.com'],
        });
        const drift = await terraform.run(['plan', '-detailed-exitcode'], {
          TF_VAR_secret: second,
        });
        expect(drift.code).toBe(2);
        expect(drift.stdout).toMatch(/epoch +=? *7 -> 0/);
        expect(drift.stdout).toMatch(/- "https:\/\/elsewhere\.example\.com"/);
        expect(await apply(`${SCOPES}\n  secret_version = "2"`, second)).toContain('1 changed');
        expect(documentOf('support/crm-api')).toMatchObject({ epoch: 0, client_secret: second });
        expect(documentOf('support/crm-api')).not.toHaveProperty('audience');

        const gone = await terraform.succeed(['destroy', '-auto-approve'], {
          TF_VAR_secret: second,
        });
        expect(gone.stdout).toContain('1 destroyed');
        expect(system.secretsManager.store.find('token-vending/support/crm-api')).toMatchObject({
          deletedAt: expect.any(Number),
        });
        const kept = await readAllFiles(terraform.folder);
        const everything = [...written, gone.stdout, ...kept.map(({ text }) => text)].join('\n');
        expect(findCanaries(everything, [first, second])).toEqual([]);
      },
    ],

    [
      'has a certificate, whose key is in no file',
      async () => {
        const { certificate, key } = await issueSelfSigned('CN=orders');
        const attributes = `token_endpoint_auth_method = "self_signed_tls_client_auth"
  tls_client_certificate     = file("\${path.module}/orders.crt")
  tls_client_key             = var.secret`;
        const configuration = configurationOf('support/bank-api', attributes);
        await open(configuration.replace('  client_secret = var.secret\n', ''));
        await terraform.write({ 'orders.crt': certificate });
        const { stdout, stderr } = await terraform.succeed(['apply', '-auto-approve'], {
          TF_VAR_secret: key,
          TF_LOG: 'trace',
        });
        const expected = { tls_client_certificate: certificate, tls_client_key: key };
        expect(documentOf('support/bank-api')).toMatchObject(expected);
        const kept = await readAllFiles(terraform.folder);
        const everything = [stdout, stderr, ...kept.map(({ text }) => text)].join('\n');
        expect(findCanaries(everything, partsOfPem(key))).toEqual([]);
      },
    ],

    [
      'is replaced under another name, restored under the first, and gets another key in place',
      async () => {
        const secret = newSecret();
        const environment = { TF_VAR_secret: secret };
        await open(configurationOf('support/one-api', ''));
        await terraform.succeed(['apply', '-auto-approve'], environment);
        await terraform.write({ 'main.tf': configurationOf('support/two-api', '') });
        const replaced = await terraform.succeed(['apply', '-auto-approve'], environment);
        expect(replaced.stdout).toMatch(/must be replaced[\s\S]*forces replacement/);
        expect(documentOf('support/two-api')).toMatchObject({ client_secret: secret });

        await terraform.write({ 'main.tf': configurationOf('support/one-api', '') });
        const restored = await terraform.succeed(['apply', '-auto-approve'], environment);
        expect(restored.stdout).toContain('1 added');
        const stored = () => system.secretsManager.store.find('token-vending/support/one-api');
        expect(stored()?.deletedAt).toBeUndefined();

        const key = 'kms_key_id = "alias/own"';
        await terraform.write({ 'main.tf': configurationOf('support/one-api', key) });
        const changed = await terraform.succeed(['apply', '-auto-approve'], environment);
        expect(changed.stdout).toContain('0 added, 1 changed, 0 destroyed');
        expect(stored()).toMatchObject({ kmsKeyId: 'alias/own' });
        expect(documentOf('support/one-api')).toMatchObject({ client_secret: secret });
      },
    ],

    [
      'has the dialect of its server, and then no difference',
      async () => {
        const environment = { TF_VAR_secret: newSecret() };
        const dialect = (parameters: string) => `
  token_endpoint_auth_method = "client_secret_post"
  grant_type                 = "account_credentials"
  token_parameters           = ${parameters}
  scope                      = ["orders:read"]
  implicit_scope             = ["profile", "email"]
  access_token_format        = "opaque"
  access_token_lifetime      = 3600
`;
        const asObject = '{ account_id = "a", tag = ["b", "c"] }';
        await open(configurationOf('support/zoom-api', dialect(asObject)));
        await terraform.succeed(['apply', '-auto-approve'], environment);
        expect(documentOf('support/zoom-api')).toMatchObject({
          grant_type: 'account_credentials',
          token_parameters: { account_id: 'a', tag: ['b', 'c'] },
          implicit_scope: 'email profile',
          access_token_format: 'opaque',
          access_token_lifetime: 3600,
        });
        const plan = ['plan', '-detailed-exitcode'];
        expect((await terraform.run(plan, environment)).code).toBe(0);

        const asMap = 'tomap({ account_id = "b" })';
        await terraform.write({ 'main.tf': configurationOf('support/zoom-api', dialect(asMap)) });
        await terraform.succeed(['apply', '-auto-approve'], environment);
        expect(documentOf('support/zoom-api')).toMatchObject({
          token_parameters: { account_id: 'b' },
        });
        expect((await terraform.run(plan, environment)).code).toBe(0);

        await terraform.write({ 'main.tf': configurationOf('support/zoom-api', '') });
        await terraform.succeed(['apply', '-auto-approve'], environment);
        expect(documentOf('support/zoom-api')).not.toHaveProperty('token_parameters');
      },
    ],

    [
      'imports an existing one without its secret',
      async () => {
        const { issuer } = documentOf('inventory/stock-api');
        await open(`
      import {
        to = tokenvending_credential.it
        id = "inventory/stock-api"
      }
      resource "tokenvending_credential" "it" {
        credential                 = "inventory/stock-api"
        issuer                     = "${issuer}"
        client_id                  = "inventory-stock"
        token_endpoint_auth_method = "client_secret_post"
        scope                      = ["stock:read", "stock:write"]
        audience                   = ["https://stock.example.com"]
      }
    `);
        const { stdout } = await terraform.succeed(['apply', '-auto-approve']);
        expect(stdout).toMatch(/1 imported, 0 added, 0 changed/);
        const before = documentOf('inventory/stock-api');
        expect(await terraform.attributesOf('tokenvending_credential.it')).toMatchObject({
          client_secret: null,
          profile: 'generic',
        });
        expect(documentOf('inventory/stock-api')).toEqual(before);
      },
    ],

    [
      'is rejected with the line of the invalid key, before anything is written',
      async () => {
        await open(
          configurationOf('support/bad-api', 'token_endpoint = "http://auth.example.com/token"'),
        );
        const refused = await terraform.run(['apply', '-auto-approve'], {
          TF_VAR_secret: newSecret(),
        });
        expect(refused.code).toBe(1);
        expect(refused.stderr).toMatch(/token_endpoint = "http:\/\/auth\.example\.com\/token"/);
        expect(refused.stderr.replace(/[│\s]+/g, ' ')).toMatch(/token_endpoint must be/);
        expect(system.secretsManager.store.find('token-vending/support/bad-api')).toBeUndefined();
      },
    ],

    [
      'is created again after it is deleted elsewhere',
      async () => {
        const environment = { TF_VAR_secret: newSecret() };
        await open(configurationOf('support/lost-api', 'recovery_window_in_days = 0'));
        await terraform.succeed(['apply', '-auto-approve'], environment);
        await system.secretsManager.store.delete('token-vending/support/lost-api');
        const { stdout } = await terraform.succeed(['apply', '-auto-approve'], environment);
        expect(stdout).toContain('1 added');
        await terraform.succeed(['destroy', '-auto-approve'], environment);
        expect(system.secretsManager.store.find('token-vending/support/lost-api')).toBeUndefined();
      },
    ],
  ];

  describeTerraform('a credential that Terraform manages', () => {
    it.each(sampleRows(tests, ([title]) => title, sample))('%s', (_title, body) => body());
  });
}
