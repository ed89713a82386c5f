import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readRecords } from '../../../cli/audit/record-source.ts';
import { readSignedAnchors } from '../../../cli/audit/signed-anchors.ts';
import { describeVerification, verifyLog } from '../../../cli/audit/verify-log.ts';
import { anchorKey } from '../../../lib/audit/anchor.ts';
import { AnchorWorld, NOON } from '../../support/anchor-world.ts';
import { makeLog, openChain, START } from '../../support/audit-world.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rehash } from '../../support/rehash.ts';
import { runCommand } from '../../support/run-command.ts';

const options = {
  region: undefined,
  profile: undefined,
  pathStyle: false,
  signal: new AbortController().signal,
};
const HOUR = 3_600_000;
let world: AnchorWorld;
let root: string;
let publicKey: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'token-vending-anchors-'));
  publicKey = path.join(root, 'anchors.pem');
  world = new AnchorWorld(await makeLog(2));
  await world.anchor(NOON + HOUR);
  await writeFile(publicKey, world.key.publicKey.export({ type: 'spki', format: 'pem' }));
});
afterAll(() => rm(root, { recursive: true }));

/** A directory with these objects. */
async function write(objects: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const directory = await mkdtemp(path.join(root, 'log-'));
  for (const [key, bytes] of objects) {
    await mkdir(path.dirname(path.join(directory, key)), { recursive: true });
    await writeFile(path.join(directory, key), bytes);
  }
  return directory;
}

async function verify(location: string, flags: Parameters<typeof readSignedAnchors>[0]) {
  const signed = await readSignedAnchors(flags, location, options);
  const log = await verifyLog(readRecords(location, options), { signed });
  return { log, text: describeVerification(log).join('\n') };
}

describe('a log in a directory', () => {
  it('is not called whole without a public key, however consistent it is', async () => {
    const { log, text } = await verify(await write(world.store.objects), {});
    expect([log.breaks, log.anchored]).toEqual([[], undefined]);
    expect(text).toMatch(/^not anchored: whoever can replace objects/m);
    expect(text).not.toMatch(/whole|unaltered/);
  });

  it('is whole and unaltered up to the anchor of each chain', async () => {
    const { log, text } = await verify(await write(world.store.objects), { publicKey });
    expect(log).toMatchObject({ breaks: [], chains: 2, anchored: { anchors: 1 } });
    expect(text).toMatch(/^anchored: 1 signed anchor, the last of 2026-11-23T13:00:00Z\./m);
    expect(text).toMatch(/^ {2}anchor of 2026-11-23T13:00:00Z {2}2 chains$/m);
    expect(text).not.toContain('not anchored');
  });

  it('shows the chains that no anchor names yet, and the earlier anchors together', async () => {
    const more = new AnchorWorld();
    more.key.signer.sign = world.key.signer.sign;
    for (let hour = 0; hour < 13; hour += 1) {
      const clock = new FakeClock(hour);
      clock.skip(100 * hour * HOUR);
      await openChain(more.store, clock).append(START);
      if (hour < 12) await more.anchor(NOON + 100 * hour * HOUR);
    }
    const { text } = await verify(await write(more.store.objects), { publicKey });
    expect(text.match(/^ {2}anchor of .* 1 chain$/gm)).toHaveLength(9);
    expect(text).toMatch(/^ {2}earlier anchors {12}1 chain$/m);
    expect(text).toMatch(/^ {2}not anchored {15}1 chain$/m);
  });

  it('has a break if every anchor was removed', async () => {
    const records = new Map([...world.store.objects].filter(([key]) => key.startsWith('v1/')));
    const { log, text } = await verify(await write(records), { publicKey });
    expect(log.breaks).toMatchObject([{ kind: 'anchor-missing' }]);
    expect(text).toMatch(/^BROKEN: the log differs from what was written in 1 place\./m);
  });

  it('has a break if its last anchors were removed and another account has them', async () => {
    const later = new AnchorWorld(world.store.objects);
    later.key.signer.sign = world.key.signer.sign;
    const { key } = await later.anchor(NOON + 2 * HOUR);
    const anchorsAt = await write(later.store.objects);
    const [last = ''] = [...later.store.objects.keys()]
      .filter((one) => one.startsWith('v1/'))
      .sort()
      .reverse();
    const cut = new Map(later.store.objects);
    for (const each of [last, key, anchorKey(0)]) cut.delete(each);
    const { log } = await verify(await write(cut), { publicKey, anchorsAt });
    expect(log.breaks).toMatchObject([{ kind: 'truncated' }]);
  });
});

describe('the report of a chain that was hashed again', () => {
  it('is broken only with the public key', async () => {
    const [key = ''] = [...world.store.objects.keys()].filter((one) => one.startsWith('v1/'));
    const forged = rehash(world.store.objects, key, ({ metadata }) => {
      metadata.product.version = 'forged';
    });
    const directory = await write(forged);
    const output = path.join(root, 'report.html');
    const report = (...flags: string[]) =>
      runCommand(['audit', 'report', directory, '--output', output, ...flags]);
    expect((await report()).code).toBeUndefined();
    expect(await readFile(output, 'utf8')).toContain('does not prove that no chain was written');
    expect((await report('--public-key', publicKey)).code).toBe(9);
    expect(await readFile(output, 'utf8')).toContain('differs-from-anchor');
    const whole = await write(world.store.objects);
    const proven = ['audit', 'report', whole, '--output', output, '--public-key', publicKey];
    expect((await runCommand(proven)).code).toBeUndefined();
    expect(await readFile(output, 'utf8')).toContain('Signed anchors prove 2 of 2 chains');
  });
});

describe('an object of the anchors', () => {
  it('is named if it cannot be read', async () => {
    const directory = await write(world.store.objects);
    await mkdir(path.join(directory, anchorKey(1)));
    await writeFile(path.join(directory, 'anchors/note.txt'), 'x');
    const { log } = await verify(directory, { publicKey });
    expect(log.breaks.map(({ kind, key, message }) => [kind, key, message])).toEqual([
      ['anchor-invalid', 'anchors/note.txt', 'it has no place in a log'],
      ['anchor-invalid', anchorKey(1), 'it is no file'],
    ]);
    expect((await verify(directory, {})).log.breaks).toEqual([]);
  });
});

describe('the flags of signed anchors', () => {
  it('are refused with file and remedy if they are wrong', async () => {
    const directory = await write(world.store.objects);
    const other = path.join(directory, anchorKey(0));
    for (const file of [other, path.join(directory, 'none.pem')])
      await expect(verify(directory, { publicKey: file })).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringMatching(/is not a public key of P-256: save it with aws kms/),
      });
    await expect(verify(directory, { anchorsAt: directory })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('--anchors-at needs --public-key'),
    });
  });
});
