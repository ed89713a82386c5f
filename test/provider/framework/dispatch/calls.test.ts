import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Timestamp } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Schema } from '../../../../provider/framework/schema/schema.ts';
import { UNKNOWN, Unknown, type ValueRecord } from '../../../../provider/framework/values/value.ts';
import {
  Deferred_Reason,
  type Diagnostic,
  type DynamicValue,
} from '../../../../provider/framework/wire/generated/tfplugin6_pb.js';
import { eventually } from '../support/eventually.ts';
import { launchSample, type PluginClient } from '../support/plugin-client.ts';
import { sampleProvider } from '../support/sample-provider.ts';
import { readWire, wireNull, wireValue } from '../support/wire-value.ts';

const provider = sampleProvider.schema;
const thing = sampleProvider.resources?.['sample_thing']?.schema as Schema;
const echo = sampleProvider.dataSources?.['sample_echo']?.schema as Schema;
const token = sampleProvider.ephemeralResources?.['sample_token']?.schema as Schema;

let folder: string;
let store: string;
let notes: string;
let plugin: PluginClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pc'));
  store = path.join(folder, 'store.json');
  notes = path.join(folder, 'notes');
  plugin = await launchSample({ environment: { SAMPLE_NOTES: notes, TF_LOG: 'warn' } });
});

afterAll(async () => {
  await plugin.close();
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await writeFile(notes, '');
  await rm(store, { force: true });
  await plugin.call('configureProvider', { config: wireValue(provider, { store }) });
});

/** Output on another pipe may arrive after the response. */
const logged = (text: string) =>
  eventually(() => (plugin.stderr.includes(text) ? true : undefined));

const summariesOf = (diagnostics: readonly Diagnostic[]) =>
  diagnostics.map(({ severity, summary, attribute }) => ({
    severity: severity === 1 ? 'error' : 'warning',
    summary,
    at: attribute?.steps.map(({ selector }) => selector.value),
  }));

const plan = (prior: ValueRecord | null, config: ValueRecord, proposed = config) =>
  plugin.call('planResourceChange', {
    typeName: 'sample_thing',
    priorState: prior === null ? wireNull(thing) : wireValue(thing, prior),
    proposedNewState: wireValue(thing, proposed),
    config: wireValue(thing, config),
  });

const apply = (prior: DynamicValue, planned: DynamicValue | undefined, config: ValueRecord) =>
  plugin.call('applyResourceChange', {
    typeName: 'sample_thing',
    priorState: prior,
    plannedState: planned as DynamicValue,
    config: wireValue(thing, config),
  });

describe('configuration', () => {
  it('is checked by the rules of the schema, with each error at its attribute', async () => {
    const { diagnostics } = await plugin.call('validateProviderConfig', {
      config: wireValue(provider, { level: 11, old: 'x' }),
    });
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'error', summary: 'level is not valid', at: ['level'] },
      { severity: 'warning', summary: 'old is deprecated', at: ['old'] },
    ]);
  });

  it.each([
    ['a null in a list', { words: ['a', null] }, 'Element is null', ['words', 1n]],
    ['a null in a map', { tags: { k: null } }, 'Element is null', ['tags', 'k']],
    ['too many digits', { ratio: 12345678901234567890n }, 'Number is too precise', ['ratio']],
  ])('is refused with %s', async (_, given, summary, at) => {
    const { diagnostics } = await plugin.call('validateResourceConfig', {
      typeName: 'sample_thing',
      config: wireValue(thing, { name: 'n', ...(given as ValueRecord) }),
    });
    expect(summariesOf(diagnostics)).toEqual([{ severity: 'error', summary, at }]);
  });

  it('is not checked if it is unknown, but a deprecated attribute gets its warning', async () => {
    const { diagnostics } = await plugin.call('validateProviderConfig', {
      config: wireValue(provider, { level: UNKNOWN, old: UNKNOWN }),
    });
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'warning', summary: 'old is deprecated', at: ['old'] },
    ]);
  });

  it('is checked again when it is known, without another warning', async () => {
    const { diagnostics } = await plugin.call('configureProvider', {
      config: wireValue(provider, { level: 11, old: 'x' }),
    });
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'error', summary: 'level is not valid', at: ['level'] },
    ]);
  });

  it('of an unknown type is an error and no crash', async () => {
    const { diagnostics } = await plugin.call('validateResourceConfig', {
      typeName: 'toString',
      config: wireValue(thing, {}),
    });
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'error', summary: 'Unknown type', at: undefined },
    ]);
  });
});

describe('a plan', () => {
  it('of a creation has defaults, and computed values are unknown', async () => {
    const { plannedState, requiresReplace } = await plan(null, { name: 'n', secret: 's' });
    expect(readWire(thing, plannedState)).toMatchObject({
      name: 'n',
      size: 3,
      secret: null,
      id: UNKNOWN,
      revision: UNKNOWN,
      part: [],
    });
    expect(requiresReplace).toEqual([]);
  });

  it('keeps the refinement of an unknown as Terraform sent it', async () => {
    const refined = new Unknown(Uint8Array.of(0x81, 0x01, 0xc2));
    const { plannedState } = await plan(null, { name: refined });
    expect(readWire(thing, plannedState)?.['name']).toEqual(refined);
  });

  const prior = { name: 'n', size: 3, id: 'id-n', revision: 1, secret_length: 0 };

  it('without a difference is the prior state, though a write-only value is configured', async () => {
    const config = { name: 'n', secret: 'again' };
    const { plannedState } = await plan(prior, config, { ...prior, ...config });
    expect(readWire(thing, plannedState)).toMatchObject(prior);
  });

  it('of an update keeps values that an update does not change', async () => {
    const config = { name: 'n', size: 4 };
    const { plannedState, requiresReplace } = await plan(prior, config, { ...prior, ...config });
    expect(readWire(thing, plannedState)).toMatchObject({ size: 4, id: 'id-n', revision: UNKNOWN });
    expect(requiresReplace).toEqual([]);
  });

  it('of a replacement keeps no computed value', async () => {
    const config = { name: 'other' };
    const { plannedState, requiresReplace } = await plan(prior, config, { ...prior, ...config });
    expect(readWire(thing, plannedState)).toMatchObject({ id: UNKNOWN, revision: UNKNOWN });
    expect(requiresReplace.map(({ steps }) => steps[0]?.selector.value)).toEqual(['name']);
  });

  it('that replaces because of an unknown value says so', async () => {
    const config = { name: UNKNOWN };
    const { requiresReplace } = await plan(prior, config, { ...prior, ...config });
    expect(requiresReplace).toHaveLength(1);
  });

  it('of a destruction is null', async () => {
    const { plannedState } = await plugin.call('planResourceChange', {
      typeName: 'sample_thing',
      priorState: wireValue(thing, prior),
      proposedNewState: wireNull(thing),
      config: wireNull(thing),
    });
    expect(readWire(thing, plannedState)).toBeNull();
  });
});

describe('an apply', () => {
  it('returns the planned values, and those of the provider for unknown ones', async () => {
    const config = { name: 'n', ratio: 0.1, secret: 'four' };
    const { plannedState } = await plan(null, config, { ...config, secret: null });
    const { newState, diagnostics } = await apply(wireNull(thing), plannedState, config);
    expect(diagnostics).toEqual([]);
    expect(readWire(thing, newState)).toMatchObject({
      ratio: 0.1,
      id: 'id-n',
      revision: 1,
      secret: null,
      secret_length: 4,
    });
  });

  it('that fails leaves the prior state, with the reason', async () => {
    await plugin.call('configureProvider', { config: wireValue(provider, {}) });
    const { plannedState } = await plan(null, { name: 'n' });
    const { newState, diagnostics } = await apply(wireNull(thing), plannedState, { name: 'n' });
    expect(readWire(thing, newState)).toBeNull();
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'error', summary: 'No store', at: undefined },
    ]);
  });

  it('that fails halfway returns the existing object', async () => {
    const { plannedState } = await plan(null, { name: 'half-made' });
    const { newState } = await apply(wireNull(thing), plannedState, { name: 'half-made' });
    expect(readWire(thing, newState)).toMatchObject({ id: 'id-half-made', secret_length: null });
  });
});

describe('a state', () => {
  it('of an object that is gone is null', async () => {
    const { newState } = await plugin.call('readResource', {
      typeName: 'sample_thing',
      currentState: wireValue(thing, { name: 'n' }),
    });
    expect(readWire(thing, newState)).toBeNull();
  });

  it('of an older schema is upgraded, with new attributes empty', async () => {
    const json = Buffer.from('{"name":"n","length":7,"gone":[1],"revision":12345678901234567}');
    const { upgradedState, diagnostics } = await plugin.call('upgradeResourceState', {
      typeName: 'sample_thing',
      version: 0n,
      rawState: { json },
    });
    expect(diagnostics).toEqual([]);
    expect(readWire(thing, upgradedState)).toMatchObject({
      size: 7,
      part: [],
      revision: 12345678901234567n,
    });
  });

  it('of a newer schema is rejected with advice', async () => {
    const { diagnostics } = await plugin.call('upgradeResourceState', {
      typeName: 'sample_thing',
      version: 9n,
      rawState: { json: Buffer.from('{}') },
    });
    expect(diagnostics[0]?.detail).toContain('terraform init -upgrade');
  });
});

describe('an ephemeral resource', () => {
  const open = (given: ValueRecord, deferralAllowed = false) =>
    plugin.call('openEphemeralResource', {
      typeName: 'sample_token',
      config: wireValue(token, given),
      clientCapabilities: { deferralAllowed },
    });
  const renew = (lease: Uint8Array | undefined) =>
    plugin.call('renewEphemeralResource', {
      typeName: 'sample_token',
      private: lease as Uint8Array,
    });
  const toMilliseconds = ({ seconds, nanos }: Pick<Timestamp, 'seconds' | 'nanos'>) =>
    Number(seconds) * 1000 + nanos / 1_000_000;
  const NEVER = { seconds: 0n, nanos: 0 };

  it('is opened with a lease, which close gets back, and a time for its renewal', async () => {
    const before = Date.now();
    const opened = await open({ name: 'n', renew_in_ms: 60_500 });
    const after = Date.now();
    expect(readWire(token, opened.result)).toMatchObject({ name: 'n', value: 'value-of-n' });
    const renewAt = toMilliseconds(opened.renewAt ?? NEVER);
    expect(renewAt).toBeGreaterThanOrEqual(before + 60_500);
    expect(renewAt).toBeLessThanOrEqual(after + 60_500);
    const closed = await plugin.call('closeEphemeralResource', {
      typeName: 'sample_token',
      private: opened.private as Uint8Array,
    });
    expect(closed.diagnostics).toEqual([]);
    expect(await readFile(notes, 'utf8')).toBe('open n\nclose {"name":"n"}\n');
  });

  it('whose renewal fails has the error in the log, because Terraform drops it', async () => {
    const opened = await open({ name: 'n' });
    expect(opened.renewAt).toBeUndefined();
    const { diagnostics, renewAt } = await renew(opened.private);
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'error', summary: 'Cannot renew', at: undefined },
    ]);
    expect(renewAt).toBeUndefined();
    await expect(logged('"@message":"Cannot renew"')).resolves.toBe(true);
  });

  it('that cannot be extended gets a warning, also in the log, and keeps its lease', async () => {
    const opened = await open({ name: 'left-alone' });
    const { diagnostics, private: lease } = await renew(opened.private);
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'warning', summary: 'Left alone', at: undefined },
    ]);
    expect(lease).toEqual(opened.private);
    await expect(logged('"@message":"Left alone"')).resolves.toBe(true);
  });

  it('is never renewed at once, because the client would repeat that without a pause', async () => {
    const before = Date.now();
    const opened = await open({ name: 'left-alone', renew_in_ms: -60_000 });
    expect(toMilliseconds(opened.renewAt ?? NEVER)).toBeGreaterThanOrEqual(before + 1000);
    const { renewAt } = await renew(opened.private);
    expect(toMilliseconds(renewAt ?? NEVER)).toBeGreaterThanOrEqual(before + 1000);
  });

  it('without a lease is closed without a call of the provider', async () => {
    const { diagnostics } = await plugin.call('closeEphemeralResource', {
      typeName: 'sample_token',
    });
    expect(diagnostics).toEqual([]);
    expect(await readFile(notes, 'utf8')).toBe('');
  });

  it('is not opened while its provider configuration is unknown, and names the unknown values', async () => {
    await plugin.call('configureProvider', {
      config: wireValue(provider, { level: UNKNOWN, settings: { mode: UNKNOWN } }),
    });
    const { result, deferred, diagnostics } = await open({ name: 'n' });
    expect([result, deferred]).toEqual([undefined, undefined]);
    expect(summariesOf(diagnostics)).toEqual([
      { severity: 'error', summary: 'The provider configuration is not known yet', at: undefined },
    ]);
    expect(diagnostics[0]?.detail).toContain(
      'The value of level, settings.mode will be known only after apply',
    );
    expect(await readFile(notes, 'utf8')).toBe('');
  });

  it('is deferred while the configuration of its provider is unknown, if the client permits it', async () => {
    await plugin.call('configureProvider', { config: wireValue(provider, { level: UNKNOWN }) });
    const { result, deferred, diagnostics, private: lease } = await open({ name: 'n' }, true);
    expect(deferred?.reason).toBe(Deferred_Reason.PROVIDER_CONFIG_UNKNOWN);
    expect(diagnostics).toEqual([]);
    expect(lease).toBeUndefined();
    expect(readWire(token, result)).toMatchObject({ name: 'n', value: UNKNOWN });
  });

  it('is not opened with an argument that is unknown', async () => {
    const refused = await open({ name: UNKNOWN });
    expect(refused.result).toBeUndefined();
    expect(summariesOf(refused.diagnostics)).toEqual([
      { severity: 'error', summary: 'name is not known yet', at: ['name'] },
    ]);
    const { deferred, diagnostics } = await open({ name: UNKNOWN }, true);
    expect(deferred?.reason).toBe(Deferred_Reason.RESOURCE_CONFIG_UNKNOWN);
    expect(diagnostics).toEqual([]);
    expect(await readFile(notes, 'utf8')).toBe('');
  });
});

describe('a data source', () => {
  const read = (given: ValueRecord, deferralAllowed = false) =>
    plugin.call('readDataSource', {
      typeName: 'sample_echo',
      config: wireValue(echo, given),
      clientCapabilities: { deferralAllowed },
    });

  it('returns numbers and sets unchanged', async () => {
    const { state } = await read({ amount: 0.1, words: ['b', 'a'], names: ['y', 'x'] });
    expect(readWire(echo, state)).toMatchObject({
      amount_out: 0.1,
      words_out: ['b', 'a'],
      names: ['y', 'x'],
    });
  });

  it('returns an error at its attribute, and only the kind of a bug', async () => {
    expect(summariesOf((await read({ text: 'error' })).diagnostics)).toEqual([
      { severity: 'error', summary: 'No such text', at: ['text'] },
    ]);
    const [bug] = (await read({ text: 'bug' })).diagnostics;
    expect(bug).toMatchObject({ summary: 'The provider failed unexpectedly' });
    expect(bug?.detail).toContain('It threw Error');
    await expect(logged('sample-provider.ts')).resolves.toBe(true);
    expect(bug?.detail + plugin.stderr).not.toContain('canary');
  });

  it('is not read while its provider configuration is unknown, and names the unknown values', async () => {
    await plugin.call('configureProvider', { config: wireValue(provider, { level: UNKNOWN }) });
    const { state, diagnostics } = await read({});
    expect(state).toBeUndefined();
    expect(diagnostics[0]?.detail).toContain('The value of level will be known only after apply');
  });

  it('is deferred while the configuration of its provider is unknown, if the client permits it', async () => {
    await plugin.call('configureProvider', { config: wireValue(provider, { level: UNKNOWN }) });
    const { state, deferred, diagnostics } = await read({ text: 'x' }, true);
    expect(deferred?.reason).toBe(Deferred_Reason.PROVIDER_CONFIG_UNKNOWN);
    expect(diagnostics).toEqual([]);
    expect(readWire(echo, state)).toMatchObject({ text: 'x', text_out: UNKNOWN });
  });

  it('is not read with an argument that is unknown', async () => {
    const refused = await read({ text: UNKNOWN, words: ['a', UNKNOWN] });
    expect(refused.state).toBeUndefined();
    expect(summariesOf(refused.diagnostics)).toEqual([
      { severity: 'error', summary: 'text is not known yet', at: ['text'] },
      { severity: 'error', summary: 'words[1] is not known yet', at: ['words'] },
    ]);
    const { deferred } = await read({ text: UNKNOWN }, true);
    expect(deferred?.reason).toBe(Deferred_Reason.RESOURCE_CONFIG_UNKNOWN);
  });
});

describe('a resource whose provider has an unknown configuration', () => {
  beforeEach(async () => {
    await plugin.call('configureProvider', { config: wireValue(provider, { level: UNKNOWN }) });
  });

  it('is planned, since a plan may hold unknown values', async () => {
    const { plannedState, diagnostics } = await plan(null, { name: 'n' });
    expect(diagnostics).toEqual([]);
    expect(readWire(thing, plannedState)).toMatchObject({ name: 'n', id: UNKNOWN });
  });

  it('is read as the state has it, which is wholly known', async () => {
    const state = { name: 'n', size: 3, id: 'id-n', revision: 1, secret_length: 0 };
    const { newState, diagnostics } = await plugin.call('readResource', {
      typeName: 'sample_thing',
      currentState: wireValue(thing, state),
    });
    expect(diagnostics).toEqual([]);
    expect(readWire(thing, newState)).toMatchObject(state);
  });

  it('is neither applied nor imported, and names the unknown values', async () => {
    const { plannedState } = await plan(null, { name: 'n' });
    const applied = await apply(wireNull(thing), plannedState, { name: 'n' });
    expect(readWire(thing, applied.newState)).toBeNull();
    const imported = await plugin.call('importResourceState', {
      typeName: 'sample_thing',
      id: 'id-n',
    });
    expect(imported.importedResources).toEqual([]);
    for (const { diagnostics } of [applied, imported]) {
      expect(diagnostics[0]?.detail).toContain('The value of level will be known only after apply');
    }
  });
});

describe('the definitions of the provider', () => {
  it('is the same to Terraform and to tools that combine providers', async () => {
    const schemas = await plugin.call('getProviderSchema', {});
    const metadata = await plugin.call('getMetadata', {});
    const { functions } = await plugin.call('getFunctions', {});
    expect(schemas.serverCapabilities).toMatchObject({
      planDestroy: true,
      getProviderSchemaOptional: true,
    });
    expect(metadata.serverCapabilities).toEqual(schemas.serverCapabilities);
    expect(metadata.resources.map(({ typeName }) => typeName)).toEqual(
      Object.keys(schemas.resourceSchemas),
    );
    expect(Object.keys(functions)).toEqual(Object.keys(schemas.functions));
    expect(schemas.resourceSchemas['sample_thing']?.version).toBe(1n);
  });
});
