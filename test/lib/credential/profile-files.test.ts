import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toServerProfile } from '../../../lib/credential/profile.ts';
import { openProfiles, readProfileFiles } from '../../../lib/credential/profile-files.ts';

const urls = { allowLoopbackHttp: false };
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'token-vending-profiles-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const write = (file: string, text: string) => writeFileSync(path.join(directory, file), text);
const read = () => readProfileFiles(directory, urls);

describe('the files of server profiles', () => {
  it('are read by name, with a byte order mark or without', () => {
    write('billing.json', '\uFEFF{"description":"Billing."}');
    write('acme-2.json', '{"description":"Acme.","defaults":{"scope":"read"}}');
    write('profile.schema.json', '{}');
    write('README.md', 'Our profiles.');
    mkdirSync(path.join(directory, 'drafts'));
    write('drafts/draft.json', 'no profile yet');
    expect(read()).toEqual([
      toServerProfile('acme-2', { defaults: { scope: 'read' } }),
      toServerProfile('billing', {}),
    ]);
  });

  it('are rejected with file, member and rule', () => {
    write('acme.json', '{"description":"Acme.","defaults":{"audience":7}}');
    expect(read).toThrow(
      'The server profile acme.json is invalid: defaults.audience must be a string or a list of at most 50 different strings without spaces.',
    );
  });

  it.each([
    [
      'Acme.json',
      '{}',
      'the name Acme.json must be 1 to 63 lower-case letters, digits and hyphens',
    ],
    ['acme.json', '{', 'acme.json must be JSON.'],
  ])('are rejected: %s with %s', (file, text, rule) => {
    write(file, text);
    expect(read).toThrow(`The server profiles are invalid: ${rule}`);
  });

  it('are rejected if the directory cannot be read', () => {
    const missing = path.join(directory, 'missing');
    expect(() => readProfileFiles(missing, urls)).toThrow(`${missing} cannot be read`);
  });

  it('are added to the shipped profiles', () => {
    write('billing.json', '{"description":"Billing."}');
    const shipped = [toServerProfile('acme', {})];
    expect(openProfiles(shipped, undefined, urls).names).toEqual(['acme', 'generic']);
    expect(openProfiles(shipped, directory, urls).names).toEqual(['acme', 'billing', 'generic']);
    write('acme.json', '{"description":"Acme."}');
    expect(() => openProfiles(shipped, directory, urls)).toThrow(
      'acme.json has the name of a shipped profile',
    );
  });
});
