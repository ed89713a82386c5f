import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeCertificate } from '../../../../provider/framework/process/certificate.ts';
import { impliedType } from '../../../../provider/framework/schema/implied-type.ts';
import { writeDynamicValue } from '../../../../provider/framework/values/dynamic-value.ts';
import type { ValueRecord } from '../../../../provider/framework/values/value.ts';
import { eventually } from '../support/eventually.ts';
import { PluginClient } from '../support/plugin-client.ts';
import { bundleSample } from '../support/sample-bundle.ts';
import { sampleProvider } from '../support/sample-provider.ts';

let folder: string;
let program: string;
let plugin: PluginClient;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'pp'));
  program = (await bundleSample(folder)).file;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(() => plugin.close());

async function launch(environment: Record<string, string> = {}, tls = true): Promise<void> {
  plugin = await PluginClient.launch({
    command: [process.execPath, program],
    environment,
    clientCertificate: tls ? makeCertificate() : undefined,
  });
}

/** An object of a schema: absent attributes are null, absent blocks empty. */
function valueFor(schema: Parameters<typeof impliedType>[0], given: ValueRecord) {
  const type = impliedType(schema);
  const nulls = Object.fromEntries(Object.keys(type.attributes).map((name) => [name, null]));
  return writeDynamicValue({ ...nulls, ...given }, type);
}

const { schema, dataSources, ephemeralResources } = sampleProvider;
const configure = () => plugin.call('configureProvider', { config: valueFor(schema, {}) });
const echo = (given: ValueRecord) =>
  plugin.call('readDataSource', {
    typeName: 'sample_echo',
    config: valueFor(dataSources?.['sample_echo']?.schema, given),
  });
const open = (given: ValueRecord) =>
  plugin.call('openEphemeralResource', {
    typeName: 'sample_token',
    config: valueFor(ephemeralResources?.['sample_token']?.schema, { name: 'n', ...given }),
  });

describe('mutual TLS', () => {
  it('accepts the client whose certificate Terraform announced', async () => {
    await launch();
    await expect(plugin.call('getProviderSchema', {})).resolves.toMatchObject({
      functions: { join: {} },
    });
  });

  it.each([
    ['no certificate', null],
    ["another's certificate", makeCertificate()],
  ])('rejects a call with %s, and continues to serve', async (_, certificate) => {
    await launch();
    await expect(plugin.call('getProviderSchema', {}, certificate)).rejects.toThrow(/UNAVAILABLE/);
    await expect(plugin.call('getProviderSchema', {})).resolves.toBeDefined();
  });

  it('is not used if Terraform announces no certificate', async () => {
    await launch({}, false);
    expect(plugin.handshake.fields[5]).toBe('');
    await expect(plugin.call('getProviderSchema', {})).resolves.toBeDefined();
  });
});

describe('the process of a provider', () => {
  it('puts its socket into a new directory inside that of Terraform, and removes both', async () => {
    const home = await mkdtemp(path.join(folder, 's'));
    await launch({ PLUGIN_UNIX_SOCKET_DIR: home });
    expect(path.dirname(path.dirname(plugin.handshake.address))).toBe(home);
    await plugin.shutdown();
    await plugin.exited();
    expect(await readdir(home)).toEqual([]);
  });

  it('ends the stream of output and then itself at Shutdown', async () => {
    await launch();
    const ended = plugin.stdioEnds();
    // The stream is open as soon as a later call on the same service has a response.
    await plugin.call('getProviderSchema', {});
    await plugin.shutdown();
    await ended;
    expect(await plugin.exited()).toEqual({ code: 0, signal: null });
    expect(plugin.socketExists).toBe(false);
  });

  it('leaves Ctrl-C to Terraform', async () => {
    await launch();
    plugin.process.kill('SIGINT');
    await expect(plugin.call('getProviderSchema', {})).resolves.toBeDefined();
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('removes its socket at %s', async (signal, code) => {
    await launch();
    expect(existsSync(plugin.handshake.address)).toBe(true);
    plugin.process.kill(signal);
    expect(await plugin.exited()).toEqual({ code, signal: null });
    expect(plugin.socketExists).toBe(false);
  });

  it('ends a waiting Open when Terraform stops it', async () => {
    const notes = path.join(folder, 'notes');
    await launch({ SAMPLE_NOTES: notes });
    await configure();
    const opening = open({ wait: true });
    await eventually(() => (existsSync(notes) ? true : undefined));
    const stopped = performance.now();
    await plugin.call('stopProvider', {});
    const { diagnostics } = await opening;
    expect(performance.now() - stopped).toBeLessThan(10_000);
    expect(diagnostics.map(({ summary }) => summary)).toEqual(['Interrupted']);
  });

  it('works after a stop if it is configured again', async () => {
    await launch();
    await configure();
    await plugin.call('stopProvider', {});
    await configure();
    await expect(open({})).resolves.toMatchObject({ diagnostics: [] });
  });

  it('crashes with kind and frames of an error, without its message, which may be secret', async () => {
    await launch();
    await configure();
    await expect(echo({ text: 'crash' })).rejects.toThrow();
    expect(await plugin.exited()).toEqual({ code: 2, signal: null });
    expect(plugin.stderr).toMatch(/^panic: terraform-provider-sample: Error\n\s+at /m);
    expect(plugin.stderr).not.toContain('canary');
    expect(plugin.socketExists).toBe(false);
  });
});
