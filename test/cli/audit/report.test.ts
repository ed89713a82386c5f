import { describe, expect, it } from '@jest/globals';
import { LatencyHistogram } from '../../../cli/audit/latency-histogram.ts';
import { writeReport } from '../../../cli/audit/report.ts';
import type { AuditEvent } from '../../../lib/audit/event.ts';
import { AnchorVerifier } from '../../../lib/audit/verify-anchors.ts';
import { AnchorWorld } from '../../support/anchor-world.ts';
import { everyKindOfEvent, makeLog, openChain, START } from '../../support/audit-world.ts';

async function* records(log: ReadonlyMap<string, Uint8Array>) {
  for (const key of [...log.keys()].sort()) yield { key, content: log.get(key) as Uint8Array };
}

const pageOf = async (log: ReadonlyMap<string, Uint8Array>, location = 'here') =>
  (await writeReport(records(log), location, new Date('2026-11-24T00:00:00Z'))).html;

describe('the report', () => {
  it('shows how many tokens were issued, minted, saved and refused, and that the log is consistent', async () => {
    const page = await pageOf(await makeLog(2));
    const tiles = [
      ...page.matchAll(/class="value">([^<]*)<\/span><span class="label">([^<]*)/g),
    ].map(([, value, label]) => [label, value]);
    expect(tiles).toEqual([
      ['tokens issued', '4'],
      ['requests to authorization servers', '2'],
      ['requests saved', '50 %'],
      ['refused', '10'],
      ['callers', '2'],
    ]);
    expect(page).toContain('The log is consistent.');
    expect(page).toContain('policy_denied (default)');
    expect(page).toContain('2026-11-23 12:00 UTC to 2026-11-23 12:00 UTC');
  });

  it('shows how much of the log is anchored', async () => {
    const world = new AnchorWorld(await makeLog(2));
    const { key } = await world.anchor();
    const signed = new AnchorVerifier(world.key.publicKey);
    signed.addAnchor(key, world.store.objects.get(key) as Uint8Array);
    world.store.objects.delete(key);
    const page = await writeReport(records(world.store.objects), 'here', new Date(), { signed });
    expect(page.html).toContain(
      'Signed anchors prove 2 of 2 chains, the last anchor of 2026-11-23 12:00 UTC.',
    );
    expect(await pageOf(world.store.objects)).toContain('audit verify --public-key');
  });

  it('shows where a log is broken', async () => {
    const log = await makeLog(1);
    const [, second = ''] = [...log.keys()].sort();
    log.delete(second);
    const page = await pageOf(log);
    expect(page).toMatch(
      /The log is broken in 1 place\..*000000000002\.json<\/code><br>gap: record 1 is missing/,
    );
  });

  it('escapes texts that callers chose', async () => {
    const { append, store } = openChain();
    const denial = (await everyKindOfEvent()).findLast(
      ({ kind }) => kind === 'denial',
    ) as AuditEvent & { kind: 'denial' };
    const caller = {
      ...denial.request.caller,
      principalArn: '<script>alert("&\'1")</script>',
    } as never;
    const vend = (await everyKindOfEvent()).find(({ kind }) => kind === 'vend') as AuditEvent & {
      kind: 'vend';
    };
    await append(START);
    await append({ ...vend, request: { ...vend.request, caller } });
    const page = await pageOf(store.objects, '<img src=x>');
    expect(page).not.toMatch(/<script|<img/);
    expect(page).toContain('&lt;script&gt;alert(&quot;&amp;&#39;1&quot;)&lt;/script&gt;');
  });

  it('has a column for each hour, or for each day if there would be too many', async () => {
    const { append, store, clock } = openChain();
    const vend = (await everyKindOfEvent()).find(({ kind }) => kind === 'vend') as AuditEvent;
    await append(START);
    await append(vend);
    clock.skip(5 * 3_600_000);
    await append(vend);
    const columns = (page: string) => page.match(/class="column"/g)?.length;
    const hourly = await pageOf(store.objects);
    expect([columns(hourly), hourly.includes('A column an hour')]).toEqual([6, true]);
    clock.skip(10 * 86_400_000);
    await append(vend);
    const daily = await pageOf(store.objects);
    expect([columns(daily), daily.includes('A column a day')]).toEqual([11, true]);
  });

  it('is a page of bounded size, whatever the times and names in the log', async () => {
    const vend = (await everyKindOfEvent()).find(({ kind }) => kind === 'vend');
    if (vend?.kind !== 'vend' || vend.request.caller === undefined) throw new Error('no vend');
    const { append, store, clock } = openChain();
    await append(START);
    for (const year of [2026, 2027, 9999]) {
      clock.skip(Date.UTC(year, 1) - clock.now());
      const caller = { ...vend.request.caller, principalArn: 'x'.repeat(100_000) + year };
      const stages = { total: -5, [`stage of ${year}`]: 1e300 };
      await append({ ...vend, request: { ...vend.request, caller }, stages });
    }
    const page = await pageOf(store.objects);
    expect(page.length).toBeLessThan(200_000);
    expect(page).toMatch(/A column for 7\d\d\d days/);
    expect(page).not.toContain('NaN');
  });

  it('names the number of breaks, and shows twelve', async () => {
    const log = await makeLog(1);
    for (let number = 0; number < 1_500; number += 1)
      log.set(`w/${String(number).padStart(4, '0')}`, new Uint8Array());
    const page = await pageOf(log);
    expect(page).toContain('The log is broken in 1,500 places.');
    expect(page.match(/no record has such a key/g)).toHaveLength(12);
  });

  it('is a page even if no token was issued', async () => {
    const { append, store } = openChain();
    await append(START);
    expect((await pageOf(store.objects)).match(/No token was issued/g)).toHaveLength(2);
  });
});

describe('a latency histogram', () => {
  it('returns percentiles to within a quarter', () => {
    const histogram = new LatencyHistogram();
    for (let milliseconds = 1; milliseconds <= 1_000; milliseconds += 1)
      histogram.add(milliseconds);
    const within = (share: number, exact: number) => {
      expect(histogram.percentile(share)).toBeGreaterThanOrEqual(exact);
      expect(histogram.percentile(share)).toBeLessThanOrEqual(exact * 1.25);
    };
    within(0.5, 500);
    within(0.95, 950);
    within(1, 1_000);
    expect(new LatencyHistogram().percentile(0.5)).toBe(0);
  });

  it('accepts durations of 0', () => {
    const histogram = new LatencyHistogram();
    histogram.add(0);
    expect(histogram.percentile(0.5)).toBeCloseTo(0.1);
  });
});
