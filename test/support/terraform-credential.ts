import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { issueSelfSigned } from '../../local/certificate-authority.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { findCanaries, partsOfPem, readAllFiles } from './canary-search.ts';
import {
  changeElsewhere,
  clientAttributes,
  configurationOf,
  currentDocument,
  registerClient,
  UNREACHED,
} from './managed-credential.ts';
import { sampleRows } from './sample-rows.ts';
import { describeTerraform, type Terraform } from './terraform.ts';
import { openTerraform, releaseTokenVending } from './terraform-run.ts';
import { startTestSystem, type TestSystem } from './test-system.ts';

const PLAN = ['plan', '-detailed-exitcode'];

/**
 * Manages credentials of the local system with the real terraform, through its registry.
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

  const open = async (configuration: string, caller = 'operator') => {
    terraform = await openTerraform(system, caller, { releases: [release], configuration });
  };
  const rewrite = (configuration: string) => terraform.write({ 'main.tf': configuration });
  const apply = (environment: Record<string, string>) =>
    terraform.succeed(['apply', '-auto-approve'], environment);
  /** The diagnostics in one line. */
  const refused = async (args: readonly string[], environment: Record<string, string> = {}) => {
    const { code, stderr } = await terraform.run(args, environment);
    expect(code).toBe(1);
    return stderr.replace(/[│╷╵\s]+/g, ' ');
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
        const first = registerClient(system, 'support-crm', 'tickets:read tickets:write');
        const written: string[] = [];
        const traced = async (attributes: string, secret: string) => {
          await rewrite(configurationOf('support/crm-api', CLIENT + attributes));
          const environment = { TF_VAR_secret: secret, TF_LOG: 'trace' };
          const planned = await terraform.succeed(['plan', '-out=saved'], environment);
          const applied = await terraform.succeed(['apply', 'saved'], environment);
          written.push(planned.stdout, planned.stderr, applied.stdout, applied.stderr);
          written.push(...(await terraform.unzipPlan('saved')).map(({ text }) => text));
          return applied.stdout;
        };
        const CLIENT = clientAttributes(system, 'support-crm');
        const SCOPES = 'scope = ["tickets:write", "tickets:read"]';
        await open(configurationOf('support/crm-api', CLIENT + SCOPES));
        expect(await traced(SCOPES, first)).toContain('1 added');
        expect(documentOf('support/crm-api')).toEqual({
          issuer: system.authorizationServer.issuer,
          client_id: 'support-crm',
          client_secret: first,
          scope: 'tickets:read tickets:write',
          profile: 'generic',
        });
        expect(await terraform.attributesOf('tokenvending_credential.it')).toMatchObject({
          id: 'support/crm-api',
          client_secret: null,
          scope: ['tickets:read', 'tickets:write'],
          status: 'enabled',
          secret_members: ['client_secret'],
        });
        expect((await terraform.run(PLAN, { TF_VAR_secret: first })).code).toBe(0);

        // Another key changes, so the secret stays, whatever the configuration has.
        const second = newSecret();
        expect(await traced(`${SCOPES}\n  status = "disabled"`, second)).toContain('1 changed');
        expect(documentOf('support/crm-api')).toMatchObject({
          status: 'disabled',
          client_secret: first,
        });
        const ENABLED = `${SCOPES}\n  status = "enabled"`;
        expect(await traced(ENABLED, second)).toContain('1 changed');

        // The server knows another secret, so nothing is stored.
        const AGAIN = `${ENABLED}\n  secret_version = "2"`;
        await rewrite(configurationOf('support/crm-api', CLIENT + AGAIN));
        const text = await refused(['apply', '-auto-approve'], { TF_VAR_secret: second });
        expect(text).toMatch(/support\/crm-api is not changed: credential_refused/);
        expect(text).toMatch(/test failed at the stage request/);
        expect(documentOf('support/crm-api')).toMatchObject({ client_secret: first });
        const third = registerClient(system, 'support-crm', 'tickets:read tickets:write');
        expect(await traced(AGAIN, third)).toContain('1 changed');
        expect(documentOf('support/crm-api')).toMatchObject({ client_secret: third });

        const audience = ['https://elsewhere.example.com'];
        await changeElsewhere(system, 'support/crm-api', { status: 'disabled', audience });
        const drift = await terraform.run(PLAN, { TF_VAR_secret: third });
        expect(drift.code).toBe(2);
        expect(drift.stdout).toMatch(/status +=? *"disabled" -> "enabled"/);
        expect(drift.stdout).toMatch(/- "https:\/\/elsewhere\.example\.com"/);
        expect(await traced(AGAIN, third)).toContain('1 changed');
        expect(documentOf('support/crm-api')).toMatchObject({ client_secret: third });
        expect(documentOf('support/crm-api')).not.toHaveProperty('audience');

        const gone = await terraform.succeed(['destroy', '-auto-approve'], {
          TF_VAR_secret: third,
        });
        expect(gone.stdout).toContain('1 destroyed');
        expect(system.secretsManager.store.find('token-vending/support/crm-api')).toMatchObject({
          deletedAt: expect.any(Number),
        });
        const kept = await readAllFiles(terraform.folder);
        const everything = [...written, gone.stdout, ...kept.map(({ text: one }) => one)];
        expect(findCanaries(everything.join('\n'), [first, second, third])).toEqual([]);
      },
    ],

    [
      'has a certificate, whose key is in no file',
      async () => {
        const { certificate, key } = await issueSelfSigned('CN=orders');
        const attributes = `${UNREACHED}
  token_endpoint_auth_method = "self_signed_tls_client_auth"
  tls_client_certificate     = file("\${path.module}/orders.crt")
  tls_client_key             = var.secret`;
        const configuration = configurationOf('support/bank-api', attributes);
        await open(configuration.replace('  client_secret = var.secret\n', ''));
        await terraform.write({ 'orders.crt': certificate });
        const { stdout, stderr } = await apply({ TF_VAR_secret: key, TF_LOG: 'trace' });
        const expected = { tls_client_certificate: certificate, tls_client_key: key };
        expect(documentOf('support/bank-api')).toMatchObject(expected);
        const kept = await readAllFiles(terraform.folder);
        const everything = [stdout, stderr, ...kept.map(({ text }) => text)].join('\n');
        expect(findCanaries(everything, partsOfPem(key))).toEqual([]);
      },
    ],

    [
      'is replaced under another name, and restored under the first',
      async () => {
        const environment = { TF_VAR_secret: newSecret() };
        await open(configurationOf('support/one-api', UNREACHED));
        await apply(environment);
        await rewrite(configurationOf('support/two-api', UNREACHED));
        const replaced = await apply(environment);
        expect(replaced.stdout).toMatch(/must be replaced[\s\S]*forces replacement/);
        const { TF_VAR_secret: client_secret } = environment;
        expect(documentOf('support/two-api')).toMatchObject({ client_secret });

        await rewrite(configurationOf('support/one-api', UNREACHED));
        expect((await apply(environment)).stdout).toContain('1 added');
        const stored = system.secretsManager.store.find('token-vending/support/one-api');
        expect(stored?.deletedAt).toBeUndefined();
        expect(documentOf('support/one-api')).toMatchObject({ client_secret });
      },
    ],

    [
      'has the dialect of its server, and then no difference',
      async () => {
        const environment = { TF_VAR_secret: newSecret() };
        const dialect = (parameters: string) => `${UNREACHED}
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
        await apply(environment);
        expect(documentOf('support/zoom-api')).toMatchObject({
          grant_type: 'account_credentials',
          token_parameters: { account_id: 'a', tag: ['b', 'c'] },
          implicit_scope: 'email profile',
          access_token_format: 'opaque',
          access_token_lifetime: 3600,
        });
        expect((await terraform.run(PLAN, environment)).code).toBe(0);

        const asMap = 'tomap({ account_id = "b" })';
        await rewrite(configurationOf('support/zoom-api', dialect(asMap)));
        await apply(environment);
        expect(documentOf('support/zoom-api')).toMatchObject({
          token_parameters: { account_id: 'b' },
        });
        expect((await terraform.run(PLAN, environment)).code).toBe(0);

        await rewrite(configurationOf('support/zoom-api', UNREACHED));
        await apply(environment);
        expect(documentOf('support/zoom-api')).not.toHaveProperty('token_parameters');
      },
    ],

    [
      'imports an existing one without its secret',
      async () => {
        const { issuer } = documentOf('inventory/stock-api');
        const resource = `
      resource "tokenvending_credential" "it" {
        credential                 = "inventory/stock-api"
        issuer                     = "${issuer}"
        client_id                  = "inventory-stock"
        token_endpoint_auth_method = "client_secret_post"
        scope                      = ["stock:read", "stock:write"]
        audience                   = ["https://stock.example.com"]
      }
    `;
        // Without an import it exists already.
        await open(resource);
        const before = documentOf('inventory/stock-api');
        expect(await refused(['apply', '-auto-approve'])).toMatch(
          /inventory\/stock-api exists already.*terraform import/,
        );
        await rewrite(`${resource}
      import {
        to = tokenvending_credential.it
        id = "inventory/stock-api"
      }
    `);
        expect((await apply({})).stdout).toMatch(/1 imported, 0 added, 0 changed/);
        expect(await terraform.attributesOf('tokenvending_credential.it')).toMatchObject({
          client_secret: null,
          secret_members: ['client_secret'],
          profile: 'generic',
        });
        expect(documentOf('inventory/stock-api')).toEqual(before);
      },
    ],

    [
      'is rejected with the line of the invalid key, before anything is written',
      async () => {
        const attributes = `${UNREACHED}\n  token_endpoint = "http://auth.example.com/token"`;
        await open(configurationOf('support/bad-api', attributes));
        const text = await refused(['apply', '-auto-approve'], { TF_VAR_secret: newSecret() });
        expect(text).toMatch(/token_endpoint = "http:\/\/auth\.example\.com\/token"/);
        expect(text).toMatch(/token_endpoint must be/);
        expect(system.secretsManager.store.find('token-vending/support/bad-api')).toBeUndefined();
      },
    ],

    [
      'is created again after it is deleted elsewhere',
      async () => {
        const environment = { TF_VAR_secret: newSecret() };
        await open(configurationOf('support/lost-api', UNREACHED));
        await apply(environment);
        await system.secretsManager.store.delete('token-vending/support/lost-api');
        expect((await apply(environment)).stdout).toContain('1 added');
      },
    ],

    [
      'keeps what somebody else changes between plan and apply, and says so',
      async () => {
        const environment = { TF_VAR_secret: newSecret() };
        await open(configurationOf('support/busy-api', UNREACHED));
        await apply(environment);
        await rewrite(configurationOf('support/busy-api', `${UNREACHED}\n  scope = ["a"]`));
        await terraform.succeed(['plan', '-out=saved'], environment);
        await changeElsewhere(system, 'support/busy-api', { scope: 'b' });
        expect(await refused(['apply', 'saved'], environment)).toMatch(
          /support\/busy-api is not changed: version_conflict.*Somebody else has changed.*terraform plan again/,
        );
        expect(documentOf('support/busy-api')).toMatchObject({ scope: 'b' });
        expect((await apply(environment)).stdout).toContain('1 changed');
        expect(documentOf('support/busy-api')).toMatchObject({ scope: 'a' });
      },
    ],

    [
      'is refused to a caller that no policy permits, and stays in the state',
      async () => {
        const environment = { TF_VAR_secret: newSecret() };
        await open(configurationOf('checkout/lead-api', UNREACHED), 'checkout-lead');
        await apply(environment);
        await rewrite(configurationOf('payments/lead-api', UNREACHED));
        const text = await refused(['apply', '-auto-approve', '-refresh=false'], environment);
        expect(text).toMatch(
          /payments\/lead-api is not created: policy_denied.*registerCredential/,
        );
        expect(system.secretsManager.store.find('token-vending/payments/lead-api')).toBeUndefined();

        await rewrite(configurationOf('checkout/lead-api', UNREACHED));
        await apply(environment);
        const newcomer = system.caller('newcomer');
        const keys = {
          AWS_ACCESS_KEY_ID: newcomer.accessKeyId,
          AWS_SECRET_ACCESS_KEY: newcomer.secretAccessKey,
          AWS_SESSION_TOKEN: newcomer.sessionToken ?? '',
        };
        expect(await refused(['apply', '-auto-approve'], { ...environment, ...keys })).toMatch(
          /checkout\/lead-api cannot be read: policy_denied/,
        );
        expect(await terraform.attributesOf('tokenvending_credential.it')).toMatchObject({
          id: 'checkout/lead-api',
        });
      },
    ],
  ];

  describeTerraform('a credential that Terraform manages', () => {
    it.each(sampleRows(tests, ([title]) => title, sample))('%s', (_title, body) => body());
  });
}
