import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { App, Stack } from 'aws-cdk-lib';
import { ConfigurationError } from '../../../infra/configuration-error.ts';
import { Credential } from '../../../infra/credential.ts';
import { functionCode } from '../../../infra/function-code.ts';
import { TokenVending } from '../../../infra/token-vending.ts';
import { bundles } from '../synthesised-once.ts';

const shippedPolicies = fileURLToPath(new URL('../../../policies/', import.meta.url));
let directory: string;

/** A new directory for each test of a group. */
function makeDirectories() {
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'token-vending-code-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
}

/** The directory of the asset. */
function stage(policies?: string, profiles?: string): { directory: string; hash: string } {
  const outdir = mkdtempSync(path.join(directory, 'out-'));
  const stack = new Stack(new App({ outdir, analyticsReporting: false }), 'Stack');
  const { s3Location } = functionCode(bundles.bundle, { policies, profiles }).bind(stack);
  const hash = String(s3Location?.objectKey).replace(/\.zip$/, '');
  return { directory: path.join(outdir, `asset.${hash}`), hash };
}

describe('the code asset', () => {
  makeDirectories();

  it('is the bundle with its policies, without source maps', () => {
    const { directory: asset } = stage();
    expect(readdirSync(asset).sort()).toEqual(['cedar_wasm_bg.wasm', 'index.mjs', 'policies']);
    expect(readdirSync(path.join(asset, 'policies'))).toContain('teams.cedar');
  });

  it('has the policies of the operator instead of those of the bundle, and the schema of the bundle', () => {
    writeFileSync(
      path.join(directory, 'own.cedar'),
      '@id("own")\npermit (principal in Account::"111122223333", action, resource in Team::"web");',
    );
    mkdirSync(path.join(directory, 'drafts'));
    writeFileSync(path.join(directory, 'drafts/draft.cedar'), 'no policy yet');
    writeFileSync(path.join(directory, 'own.decisions.yaml'), 'cases: []');
    const { directory: asset } = stage(directory);
    const shipped = path.join(asset, 'policies');
    const schema = 'token-vending.cedarschema';
    expect(readdirSync(shipped).filter((name) => !name.endsWith('.yaml'))).toEqual([
      'own.cedar',
      // The seal states that the policies are validated, so that a cold start need not validate
      // them.
      'sealed.json',
      schema,
    ]);
    expect(readFileSync(path.join(shipped, schema), 'utf8')).toBe(
      readFileSync(path.join(shippedPolicies, schema), 'utf8'),
    );
  });

  it('is another asset if a policy changes', () => {
    const file = path.join(directory, 'own.cedar');
    const team = (name: string) =>
      `@id("own")\npermit (principal in Account::"111122223333", action, resource in Team::"${name}");`;
    writeFileSync(file, team('web'));
    const before = stage(directory).hash;
    expect(stage(directory).hash).toBe(before);
    writeFileSync(file, team('data'));
    expect(stage(directory).hash).not.toBe(before);
  });

  it('is rejected with file, line and rule if a policy does not validate', () => {
    writeFileSync(
      path.join(directory, 'own.cedar'),
      '@id("own")\npermit (principal, action, resource) when { principal.shoeSize == 43 };',
    );
    expect(() => stage(directory)).toThrow(ConfigurationError);
    expect(() => stage(directory)).toThrow(/own\.cedar:\d+:\d+: .*shoeSize/);
    expect(() => stage(path.join(directory, 'nowhere'))).toThrow(/cannot be read/);
  });

  it('is rejected if a forbid can never match, and accepted if a permit cannot', () => {
    const own = (effect: string) =>
      writeFileSync(
        path.join(directory, 'own.cedar'),
        `@id("own")\n${effect} (principal in Account::"11112222333", action, resource in Team::"web");`,
      );
    own('forbid');
    expect(() => stage(directory)).toThrow(/own\.cedar:2:\d+: Account::.* never matches/);
    own('permit');
    expect(stage(directory).hash).toMatch(/./);
  });

  it('has the server profiles of the operator, and is another asset if one changes', () => {
    const file = path.join(directory, 'acme.json');
    const profile = (audience: string) =>
      JSON.stringify({ description: 'Acme.', defaults: { audience } });
    writeFileSync(file, profile('one'));
    writeFileSync(path.join(directory, 'profile.schema.json'), '{}');
    const { directory: asset, hash } = stage(undefined, directory);
    expect(readdirSync(path.join(asset, 'profiles'))).toEqual(['acme.json']);
    expect(readFileSync(path.join(asset, 'profiles/acme.json'), 'utf8')).toBe(profile('one'));
    writeFileSync(file, profile('two'));
    expect(stage(undefined, directory).hash).not.toBe(hash);
  });

  it('is rejected with file, member and rule if a server profile does not validate', () => {
    writeFileSync(
      path.join(directory, 'acme.json'),
      '{"description":"Acme.","defaults":{"epoch":1}}',
    );
    expect(() => stage(undefined, directory)).toThrow(ConfigurationError);
    expect(() => stage(undefined, directory)).toThrow(/acme\.json is invalid: defaults\.epoch/);
    writeFileSync(path.join(directory, 'acme.json'), '{"description":"Acme."}');
    writeFileSync(path.join(directory, 'keycloak.json'), '{"description":"Ours."}');
    expect(() => stage(undefined, directory)).toThrow(/keycloak\.json has the name of a shipped/);
    expect(() => stage(undefined, path.join(directory, 'nowhere'))).toThrow(/cannot be read/);
  });

  it('is rejected if nothing was built, with the remedy', () => {
    expect(() => functionCode(directory)).toThrow(/holds no bundle; run `npm run build` first/);
  });
});

describe('a credential', () => {
  makeDirectories();

  it('is rejected if its name is not team/name', () => {
    const stack = new Stack(new App({ outdir: directory, analyticsReporting: false }), 'Stack');
    const allowedPrincipals = { organization: 'o-exampleorg1' };
    const vending = new TokenVending(stack, 'TokenVending', {
      allowedPrincipals,
      ...bundles.directories,
    });
    expect(() => new Credential(stack, 'Wrong', { vending, credential: 'Orders' })).toThrow(
      /credential Orders must be team\/name/,
    );
  });
});
