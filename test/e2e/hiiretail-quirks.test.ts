import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { LOCAL_TENANT } from '../../local/iam-api.ts';
import type { Release } from '../../tools/provider/release-layout.ts';
import { callsOf, hiiretailEnvironment, openHiiRetail, tenantOf } from '../support/hiiretail.ts';
import { describeTerraform, type Terraform } from '../support/terraform.ts';
import { releaseProvider } from '../support/terraform-run.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

let system: TestSystem;
let release: Release;
let terraform: Terraform | undefined;

beforeAll(async () => {
  release = await releaseProvider('hiiretail');
});
beforeEach(async () => {
  system = await startTestSystem();
});
afterEach(async () => {
  await terraform?.close();
  terraform = undefined;
  await system.stop();
});

interface Diagnostic {
  readonly severity: string;
  readonly summary: string;
  readonly detail: string;
  readonly address?: string;
  readonly snippet?: { readonly code: string };
}

interface Run {
  readonly code: number | null;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

async function open(configuration: string, environment: Record<string, string> = {}) {
  const all = { ...hiiretailEnvironment(system, 'direct'), ...environment };
  terraform = await openHiiRetail(release, all, configuration);
  return terraform;
}

async function run(args: string[]): Promise<Run> {
  const { code, stdout } = (await terraform?.run([...args, '-json'])) ?? { code: 1, stdout: '' };
  const diagnostics = stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line).diagnostic as Diagnostic | undefined)
    .filter((diagnostic) => diagnostic !== undefined);
  return {
    code,
    errors: diagnostics.filter(({ severity }) => severity === 'error'),
    warnings: diagnostics.filter(({ severity }) => severity === 'warning'),
  };
}

const apply = () => run(['apply', '-auto-approve']);

const group = (attributes = '') => `
resource "hiiretail_iam_group" "it" {
  name = "Auditors"
  ${attributes}
}
`;
const boundTo = (attributes: string) =>
  `group_id = "cashiers"\n  role_id  = "iam.viewer"\n  ${attributes}`;
const binding = (attributes: string) =>
  `resource "hiiretail_iam_role_binding" "it" {\n  ${boundTo(attributes)}\n}\n`;
const bound = () => tenantOf(system).bindingsOf('cashiers').all();

describeTerraform('the IAM API as it really is', () => {
  it('shows writes late and groups unfinished, and the provider waits for both', async () => {
    system.iamApi.quirks.visibilityDelay = 1_200;
    system.iamApi.quirks.busyFor = 2_000;
    await open(group());
    expect(await apply()).toMatchObject({ code: 0, errors: [] });
    expect(await terraform?.attributesOf('hiiretail_iam_group.it')).toMatchObject({
      status: 'Created',
    });
    expect(callsOf(system, 'GET', /\/groups\/[^/]+$/)).toBeGreaterThan(2);
  });

  it('has what it accepted when a run is interrupted before it shows, and so has the state', async () => {
    system.iamApi.quirks.visibilityDelay = 3_000;
    await open(group());
    const interrupted = terraform?.start(['apply', '-auto-approve', '-no-color']);
    while (callsOf(system, 'POST', /\/groups$/) === 0) await wait(20);
    process.kill(-(interrupted?.process.pid as number), 'SIGINT');
    const { stdout } = (await interrupted?.finished) ?? { stdout: '' };
    expect(stdout).toContain('Warning: Group Auditors was not read after the write');
    const stored = () =>
      tenantOf(system)
        .groups.all()
        .find(({ name }) => name === 'Auditors');
    while (stored() === undefined) await wait(100);
    const state = await terraform?.attributesOf('hiiretail_iam_group.it');
    expect(state).toMatchObject({ id: stored()?.id, name: 'Auditors' });
    expect((await terraform?.run(['plan', '-detailed-exitcode']))?.code).toBe(0);
  });

  it('takes a binding without resources for access to everything, so the provider sends none unasked', async () => {
    for (const attributes of [
      '',
      'bindings = []',
      'bindings = ["bu:001"]\n  all_resources = true',
    ]) {
      await open(binding(attributes));
      const { errors } = await run(['plan']);
      expect(errors[0]?.summary).toMatch(/names no resources|contradict/);
      await terraform?.close();
    }
    expect(callsOf(system, 'POST', /\/roles$/)).toBe(0);
    await open(binding('all_resources = true'));
    expect(await apply()).toMatchObject({ code: 0 });
    expect(bound()).toEqual([{ roleId: 'iam.viewer', isCustom: false, bindings: [] }]);
  });

  it('may lose the resources of a binding, which shows as drift to access to everything', async () => {
    await open(binding('bindings = ["bu:001", "bu:002"]'));
    await apply();
    const key = { roleId: 'iam.viewer', isCustom: false };
    const store = tenantOf(system).bindingsOf('cashiers');
    store.put('false iam.viewer', { ...key, bindings: ['bu:002', 'bu:001'] });
    expect((await terraform?.run(['plan', '-detailed-exitcode']))?.code).toBe(0);
    store.put('false iam.viewer', { ...key, bindings: [] });
    expect((await terraform?.run(['plan', '-detailed-exitcode']))?.code).toBe(2);
    await apply();
    expect(bound()).toMatchObject([{ bindings: ['bu:001', 'bu:002'] }]);
  });

  it('shows role ids with a prefix in lists, and they are recognised', async () => {
    system.iamApi.quirks.rolePrefix = 'custom-roles/';
    await open(`
resource "hiiretail_iam_role_binding" "it" {
  group_id  = "cashiers"
  role_id   = "custom.approver"
  is_custom = true
  bindings  = ["bu:001"]
}`);
    expect(await apply()).toMatchObject({ code: 0 });
    expect((await terraform?.run(['plan', '-detailed-exitcode']))?.code).toBe(0);
  });

  it('reports what exists already, and the provider takes nothing over', async () => {
    const { roles, resources } = tenantOf(system);
    await open(`
resource "hiiretail_iam_custom_role" "taken" {
  id          = "custom.approver"
  permissions = [{ id = "iam.group.get" }]
}
resource "hiiretail_iam_resource" "taken" {
  id   = "bu:001"
  name = "Mine now"
}
resource "hiiretail_iam_group" "taken" {
  name = "Cashiers"
}`);
    const { errors } = await apply();
    expect(errors.map(({ summary }) => summary.split(': ')[1])).toEqual(
      Array(3).fill('api_conflict'),
    );
    for (const { detail } of errors) expect(detail).toMatch(/import it/);
    expect(roles.find('custom.approver')?.permissions).toEqual([{ id: 'rec.period.approve' }]);
    expect(resources.find('bu:001')?.name).toBe('Store 001');
  });

  it('responds with 403 for another tenant, and the provider names permission, tenant and environment', async () => {
    await open(group(), { HIIRETAIL_TENANT_ID: 'OTHERTENANT' });
    const { errors, warnings } = await apply();
    expect(errors[0]?.summary).toMatch(/api_forbidden/);
    expect(errors[0]?.detail).toMatch(/tenant_id or environment[\s\S]*iam\.group\.create/);
    expect(warnings.map(({ summary }) => summary)).toContain('client_id is of another tenant');
  });

  it('responds with 403 if the client lacks a permission, and no resource leaves the state', async () => {
    await open(group());
    await apply();
    const clientId = hiiretailEnvironment(system, 'direct')['HIIRETAIL_CLIENT_ID'] ?? '';
    system.iamApi.permissions.set(clientId, new Set(['iam.group.list']));
    const { errors } = await run(['plan']);
    expect(errors[0]?.detail).toMatch(/iam\.group\.get/);
    expect(await terraform?.attributesOf('hiiretail_iam_group.it')).toBeDefined();
  });

  it('fails for a moment, and reads, changes and deletions are repeated', async () => {
    await open(group());
    await apply();
    const once = (method: string, status: number) =>
      system.iamApi.faults.push({ method, response: { status, body: '<html>' }, times: 1 });
    once('GET', 503);
    once('PUT', 502);
    await terraform?.write({ 'main.tf': group('description = "changed"') });
    expect(await apply()).toMatchObject({ code: 0 });
    once('DELETE', 500);
    expect(await run(['destroy', '-auto-approve'])).toMatchObject({ code: 0 });
  });

  it('may break off after a creation, which is not repeated and found on the next run', async () => {
    await open(group());
    system.iamApi.faults.push({ method: 'POST', path: /groups$/, response: 'drop', times: 1 });
    const { errors } = await apply();
    expect(errors[0]?.summary).toMatch(/api_unreachable/);
    expect(callsOf(system, 'POST', /\/groups$/)).toBe(1);
    const again = await apply();
    expect(again.errors[0]?.detail).toMatch(/import it/);
    const { id } =
      tenantOf(system)
        .groups.all()
        .find(({ name }) => name === 'Auditors') ?? {};
    await terraform?.succeed(['import', 'hiiretail_iam_group.it', String(id)]);
    expect(await apply()).toMatchObject({ code: 0, errors: [] });
  });

  it('returns errors of the input as an array, and each message is shown', async () => {
    const message = ['name must not contain emoji', 'description must be friendly'];
    const body = JSON.stringify({ statusCode: 400, message, error: 'Bad Request' });
    system.iamApi.faults.push({ method: 'POST', response: { status: 400, body }, times: 1 });
    await open(group());
    const { errors } = await apply();
    for (const text of message) expect(errors[0]?.detail).toContain(text);
    expect(errors[0]?.detail).toMatch(/Correlation-Id: [0-9a-f-]{36}/);
  });
});

const LIMITS: readonly [address: string, attributes: string, rule: RegExp][] = [
  [
    'group.long_description',
    `name = "It"\n  description = "${'x'.repeat(256)}"`,
    /0 to 255 characters/,
  ],
  ['group.long_name', `name = "${'x'.repeat(256)}"`, /1 to 255 characters/],
  ['group.members', 'name = "It"\n  members = ["user:a@example.com"]', /stores no members/],
  [
    'role_binding.many',
    boundTo('bindings = [for n in range(11) : format("bu:%d", n)]'),
    /at most 10 resources/,
  ],
  [
    'role_binding.condition',
    boundTo('bindings = ["bu:1"]\n  condition = "time < noon"'),
    /has no conditions/,
  ],
  [
    'custom_role.many',
    'id = "custom.it"\n  permissions = [for n in range(101) : { id = join("", ["abc.x", substr("abcdefghij", n % 10, 1), ".y", substr("abcdefghijk", floor(n / 10), 1)]) }]',
    /at most 100 permissions/,
  ],
  [
    'custom_role.permission',
    'id = "custom.it"\n  permissions = [{ id = "iam.Group.get" }]',
    /system\.resource\.action/,
  ],
  [
    'custom_role.short_name',
    'id = "custom.it"\n  name = "ab"\n  permissions = []',
    /3 to 256 characters/,
  ],
  [
    'custom_role.attribute',
    'id = "custom.it"\n  permissions = [{ id = "iam.group.get", attributes = { k = join("", [for n in range(257) : "x"]) } }]',
    /256 characters/,
  ],
  ['resource.name', 'name = "a/b"', /name cannot serve as the id/],
  ['resource.id', 'id = "a__b__c"\n  name = "x"', /double underscore/],
  ['resource.props', 'name = "x"\n  props = "{"', /must be JSON/],
];

describeTerraform('limits of the API', () => {
  it('are named at plan, each at its resource, before anything is sent', async () => {
    await open(
      LIMITS.map(([address, attributes]) => {
        const [type, name] = address.split('.');
        return `resource "hiiretail_iam_${type}" "${name}" {\n  ${attributes}\n}\n`;
      }).join(''),
    );
    const { errors } = await run(['plan']);
    for (const [address, , rule] of LIMITS) {
      const texts = errors
        .filter((error) => error.address === `hiiretail_iam_${address}`)
        .map(({ summary, detail }) => `${summary} ${detail}`);
      expect([address, texts]).toEqual([address, [expect.stringMatching(rule)]]);
    }
    expect(errors).toHaveLength(LIMITS.length);
    expect(system.iamApi.requests).toEqual([]);
    expect(system.requests('token')).toBe(0);
  });
});

function role(attributes: string): string {
  return `resource "hiiretail_iam_custom_role" "it" {\n  id = "custom.it"\n  ${attributes}\n}`;
}

describeTerraform('names that the incumbent refuses', () => {
  it('are taken as the API takes them', async () => {
    await open(`
resource "hiiretail_iam_group" "it" {
  name = "Financial Users-001 (Åre)"
}
resource "hiiretail_iam_custom_role" "it" {
  id          = "custom.reconciliation-approver"
  name        = "Reconciliation Approver"
  permissions = [{ id = "rec.period.approve" }]
}
resource "hiiretail_iam_resource" "it" {
  id   = "st:a_b 100%?#"
  name = "With a__b"
}`);
    expect(await apply()).toMatchObject({ code: 0, errors: [] });
    expect((await terraform?.run(['plan', '-detailed-exitcode']))?.code).toBe(0);
    expect(tenantOf(system).resources.find('st:a_b 100%?#')?.name).toBe('With a__b');
    expect(system.iamApi.requests[0]?.path).toContain(LOCAL_TENANT);
  });

  it('change in place, and another id of a resource or role replaces it', async () => {
    const both = (id: string) => `${role(`permissions = []`).replace('custom.it', id)}
resource "hiiretail_iam_resource" "it" {
  id   = "${id}"
  name = "Store"
}`;
    await open(both('custom.one'));
    await apply();
    await terraform?.write({ 'main.tf': both('custom.two') });
    expect(await apply()).toMatchObject({ code: 0 });
    const { roles, resources } = tenantOf(system);
    expect([roles.find('custom.one'), resources.find('custom.one')]).toEqual([
      undefined,
      undefined,
    ]);
    expect([roles.find('custom.two'), resources.find('custom.two')]).not.toContain(undefined);
  });
});
