import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUDIT_URL } from '../../local/function-environment.ts';
import type { ObjectStoreFault } from '../../local/object-store.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';

const cli = fileURLToPath(new URL('../../dist/cli/token-vending.mjs', import.meta.url));
const ORDERS = { credential: 'checkout/orders-api', fresh: true } as const;
let system: TestSystem;

beforeAll(async () => {
  system = await startTestSystem({ audit: 's3' });
});
afterAll(() => system.stop());

interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

async function audit(args: readonly string[], input = ''): Promise<Ran> {
  const env = {
    PATH: process.env['PATH'],
    TOKEN_VENDING_LOCAL: 'true',
    TOKEN_VENDING_REGION: system.region,
    TOKEN_VENDING_PROFILE: 'operator',
    AWS_ENDPOINT_URL_S3: system.objectStore?.url,
    AWS_CONFIG_FILE: path.join(system.directory, 'callers/aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(system.directory, 'callers/aws-credentials'),
  };
  const running = promisify(execFile)(process.execPath, [cli, 'audit', ...args], {
    env,
    timeout: 100_000,
  });
  running.child.stdin?.end(input);
  return await running.then(
    (done) => ({ ...done, code: 0 }),
    (error) => error as Ran,
  );
}

describe('a log in S3', () => {
  it.each([
    ['refuses', { kind: 'response', status: 403, code: 'AccessDenied' }],
    ['is throttled', { kind: 'response', status: 503, code: 'SlowDown' }],
    ['fails', { kind: 'response', status: 500, code: 'InternalError' }],
    ['has a conflict', { kind: 'response', status: 409, code: 'ConditionalRequestConflict' }],
    ['says that the key is taken', { kind: 'response', status: 412, code: 'PreconditionFailed' }],
    ['does not answer', { kind: 'hang' }],
    ['drops the connection', { kind: 'lose-response' }],
  ] as const satisfies [string, ObjectStoreFault][])(
    'stops every token while it %s, and none once it works again',
    async (_, fault) => {
      const client = system.client('ci-checkout');
      const store = system.objectStore;
      if (store === undefined) throw new Error('there is no object store');
      store.fault = { ...fault };
      await expect(client.getToken(ORDERS)).rejects.toMatchObject({
        code: 'audit_unavailable',
        status: 503,
      });
      await expect(client.getToken({ ...ORDERS, scope: ['orders:write'] })).rejects.toMatchObject({
        code: 'audit_unavailable',
      });
      store.fault = undefined;
      expect(await client.getToken(ORDERS)).toMatchObject({ vend_id: expect.any(String) });
    },
  );

  it('prevents a mint without an intent record', async () => {
    const store = system.objectStore;
    if (store === undefined) throw new Error('there is no object store');
    const before = system.requests('token');
    store.fault = { kind: 'response', status: 500, code: 'InternalError' };
    const stock = { credential: 'inventory/stock-api', scope: ['stock:read'] };
    await expect(system.client('ci-inventory').getToken(stock)).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
    expect(system.requests('token')).toBe(before);
    store.fault = undefined;
  });

  it('stays whole if a response is lost', async () => {
    const store = system.objectStore;
    if (store === undefined) throw new Error('there is no object store');
    store.fault = { kind: 'lose-response', times: 1 };
    await system.client('ci-checkout').getToken(ORDERS);
  });

  it('is whole after all of that, from the bucket as from a directory', async () => {
    const { stdout, code } = await audit(['verify', AUDIT_URL]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+ records in 1 chain, 20\d\d-/);
    expect(stdout).toMatch(/records a second\nEvery chain is consistent .*\nnot anchored:/);
    const json = await audit(['verify', AUDIT_URL, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      chains: 1,
      breaks: [],
      kinds: { 'process-start': 1 },
    });
  });

  it('is reported as broken with the place, or as missing', async () => {
    const objects = system.objectStore?.objects as Map<string, Buffer>;
    const [name = '', body = Buffer.from('')] = [...objects][2] ?? [];
    objects.set(name, Buffer.from(body.toString().replace('"ok"', '"OK"')));
    const { stdout, code } = await audit(['verify', AUDIT_URL]);
    expect([stdout.split('\n')[0], code]).toEqual([
      `${name.replace('audit-bucket/token-vending/', '')}: altered: its fingerprint does not match its content`,
      9,
    ]);
    const json = await audit(['verify', AUDIT_URL, '--json']);
    expect([JSON.parse(json.stdout).breaks.length, json.code]).toEqual([1, 9]);
    objects.set(name, body);
    expect((await audit(['verify', 's3://audit-bucket/elsewhere'])).code).toBe(2);
    expect((await audit(['verify', path.join(system.directory, 'nowhere')])).code).toBe(2);
    expect((await audit(['verify', 'https://example.com'])).code).toBe(2);
  });
});

describe('an object of a bucket that its reader may not read, or that never ends', () => {
  it.each(['AccessDenied', 'InvalidObjectState', 'KMS.DisabledException'])(
    'is named (%s), and every other object is read',
    async (code) => {
      const store = system.objectStore;
      if (store === undefined) throw new Error('there is no object store');
      store.fault = { kind: 'response', status: 403, code, at: '/000000000001.json' };
      const verified = await audit(['verify', AUDIT_URL, '--json']);
      const searched = await audit(['search', AUDIT_URL, '--kind', 'vend']);
      store.fault = undefined;
      const { breaks, unreadable } = JSON.parse(verified.stdout);
      expect([breaks[0].message, breaks.length, unreadable, verified.code]).toEqual([
        `it cannot be read (${code})`,
        1,
        1,
        9,
      ]);
      expect([searched.code, searched.stderr]).toEqual([
        0,
        'The log is not whole: 1 broken. Run token-vending audit verify.\n',
      ]);
    },
  );

  it('is not a broken log if no object can be read', async () => {
    const store = system.objectStore;
    if (store === undefined) throw new Error('there is no object store');
    store.fault = { kind: 'response', status: 403, code: 'AccessDenied', at: '.json' };
    const { code, stderr } = await audit(['verify', AUDIT_URL]);
    store.fault = undefined;
    expect([code, stderr]).toEqual([4, expect.stringContaining('cannot be read: AccessDenied')]);
  });

  it('is read up to the limit of an object', async () => {
    const objects = system.objectStore?.objects as Map<string, Buffer>;
    const name = 'audit-bucket/token-vending/v1/zz';
    objects.set(name, Buffer.alloc(5 * 1024 * 1024, '['));
    const { stdout, code } = await audit(['verify', AUDIT_URL]);
    objects.delete(name);
    expect([stdout.split('\n')[0], code]).toEqual([
      'v1/zz: unreadable: it is larger than 1048576 bytes',
      9,
    ]);
  });
});

describe('a role that was created again under its name', () => {
  it('is told apart by its unique id', async () => {
    await system.client('ci-checkout').getToken(ORDERS);
    const vends = await audit(['search', AUDIT_URL, '--kind', 'vend', '--json']);
    const [first = ''] = vends.stdout.split('\n');
    const { uid, uid_alt } = JSON.parse(first).actor.user;
    const same = await audit(['search', AUDIT_URL, '--principal-id', uid_alt, '--json']);
    expect([same.code, same.stdout.split('\n').includes(first)]).toEqual([0, true]);
    const other = await audit([
      'search',
      AUDIT_URL,
      '--caller',
      uid,
      '--principal-id',
      'AROAOTHER',
    ]);
    expect([other.code, other.stdout]).toEqual([1, '']);
  });
});

describe('the retention of a log', () => {
  it('makes missing records no break if they can have expired, and only then', async () => {
    const objects = system.objectStore?.objects as Map<string, Buffer>;
    const [[name, body]] = [...objects].sort() as [[string, Buffer]];
    objects.delete(name);
    const lasting = await audit(['verify', AUDIT_URL, '--retention-days', '400']);
    objects.set(name, body);
    expect([lasting.code, lasting.stdout]).toEqual([9, expect.stringContaining(': gap: ')]);
    expect((await audit(['verify', AUDIT_URL, '--retention-days', '0'])).code).toBe(2);
    expect((await audit(['verify', AUDIT_URL, '--retention-days', 'all'])).code).toBe(2);
  });
});

describe('anchors', () => {
  it('show a log that was cut off since', async () => {
    const file = path.join(system.directory, 'anchors.json');
    expect((await audit(['verify', AUDIT_URL, '--write-anchors', file])).code).toBe(0);
    expect((await audit(['verify', AUDIT_URL, '--anchors', file])).code).toBe(0);
    const cut = await audit(['verify', 's3://audit-bucket/elsewhere', '--anchors', file]);
    expect([cut.code, cut.stdout]).toEqual([
      9,
      expect.stringMatching(/^\S+: truncated: the chain is missing: its last record was \d+\n/),
    ]);
  });

  it('are rejected if the file is not one', async () => {
    const file = path.join(system.directory, 'no-anchors.json');
    await writeFile(file, '{"chain":7}');
    for (const name of [file, `${file}.absent`]) {
      const { code, stderr } = await audit(['verify', AUDIT_URL, '--anchors', name]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('is not a file of anchors')]);
    }
  });
});

describe('token-vending audit', () => {
  it('traces a leaked token to every caller that received it', async () => {
    const { access_token } = await system.client('ci-checkout').getToken(ORDERS);
    const other = await system.client('ci-inventory').getToken(ORDERS);
    expect(other.access_token).toBe(access_token);
    const { stdout, code } = await audit(
      ['search', AUDIT_URL, '--token-stdin', '--kind', 'vend', '--json'],
      `${access_token}\n`,
    );
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(0);
    expect([...new Set(records.map(({ actor }) => actor.user.name))].sort()).toEqual([
      'ci-checkout',
      'ci-inventory',
    ]);
    const nobody = await audit(['search', AUDIT_URL, '--token-stdin'], 'not-a-token');
    expect([nobody.stdout, nobody.code]).toEqual(['', 1]);
    expect((await audit(['search', AUDIT_URL, '--token-stdin'])).code).toBe(2);
  });

  it('finds records by each of its options, as text', async () => {
    const { vend_id, mint_id } = await system.client('ci-checkout').getToken(ORDERS);
    const lines = async (...args: string[]) =>
      (await audit(['search', AUDIT_URL, ...args])).stdout.trim().split('\n').filter(Boolean);
    expect(await lines('--vend', vend_id)).toEqual([
      expect.stringMatching(
        /^20\S+Z {2}vend {15} {2}arn:aws:sts::111122223333:assumed-role\/ci-checkout\/github-run-1 {2}checkout\/orders-api {2}ok {2}by checkout-ci {2}cached {2}vend \S+ {2}mint \S+$/,
      ),
    ]);
    expect((await lines('--mint', mint_id, '--kind', 'mint-intent')).length).toBe(1);
    expect((await lines('--team', 'inventory', '--kind', 'vend')).length).toBe(0);
    expect(
      (await lines('--credential', 'checkout/orders-api', '--caller', 'ci-inventory')).length,
    ).toBeGreaterThan(0);
    expect(await lines('--until', '2020-01-01T00:00:00Z')).toEqual([]);
    expect(
      (await lines('--since', '2020-01-01T00:00:00Z', '--decision', 'allow')).length,
    ).toBeGreaterThan(0);
    expect((await audit(['search', AUDIT_URL, '--since', 'soon'])).code).toBe(2);
  });

  it('shows the latest records', async () => {
    const { stdout, code } = await audit(['tail', AUDIT_URL, '--lines', '3', '--json']);
    const times = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).time);
    expect([code, times.length]).toEqual([0, 3]);
    expect(times).toEqual([...times].sort());
  });

  it('has a help page with examples for each command', async () => {
    for (const command of ['verify', 'search', 'tail', 'report'])
      expect((await audit([command, '--help'])).stdout).toMatch(
        /Examples:\n {2}token-vending audit /,
      );
  });

  it('writes a self-contained page that fits a browser window', async () => {
    const output = path.join(system.directory, 'report.html');
    const { stdout, code } = await audit(['report', AUDIT_URL, '--output', output]);
    expect([stdout, code]).toEqual([`${output}\n`, 0]);
    const page = await readFile(output, 'utf8');
    expect(page).toMatch(/The log is consistent/);
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3)|src=|@import|url\(/);
    const chromium = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((file) =>
      existsSync(file),
    );
    if (chromium === undefined) {
      process.stderr.write('the report was not tried in a browser: no Chromium is installed\n');
      return;
    }
    for (const width of [1280, 390])
      expect(await overflowAt(chromium, page, width)).toBeLessThanOrEqual(0);
  });
});

/** By how many pixels the page is wider than the window of a browser. */
async function overflowAt(chromium: string, page: string, width: number): Promise<number> {
  const probe = path.join(system.directory, 'probe.html');
  const frame = `<!doctype html><body style="margin:0"><iframe style="border:0;width:${width}px;height:900px" srcdoc="${page
    .replace(/<meta http-equiv[^>]*>/, '')
    .replaceAll('&', '&amp;')
    .replaceAll(
      '"',
      '&quot;',
    )}"></iframe><script>onload=()=>{const d=frames[0].document.documentElement;document.title='overflow '+(d.scrollWidth-${width})}</script>`;
  await writeFile(probe, frame);
  const profile = path.join(system.directory, 'chromium');
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    `--user-data-dir=${profile}`,
    '--virtual-time-budget=3000',
    '--dump-dom',
    `file://${probe}`,
  ];
  const { stdout } = await promisify(execFile)(chromium, args, {
    timeout: 100_000,
    maxBuffer: 10_000_000,
  });
  await rm(profile, { recursive: true, force: true });
  return Number(/<title>overflow (-?\d+)<\/title>/.exec(stdout)?.[1]);
}
