import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/time/system-clock.ts';

describe("the system clock's identifiers", () => {
  const before = Date.now();
  // More than are made within one millisecond.
  const uuids = Array.from({ length: 5_000 }, () => systemClock.uuid());

  it('are UUIDv7 (RFC 9562) of the time of their creation', () => {
    for (const uuid of uuids)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const time = Number.parseInt((uuids[0] as string).replace('-', '').slice(0, 12), 16);
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
  });

  it('are unique, and sort in the order of creation', () => {
    expect(new Set(uuids).size).toBe(uuids.length);
    expect(uuids.toSorted()).toEqual(uuids);
  });

  it('do not share their random tail', () => {
    expect(new Set(uuids.map((uuid) => uuid.slice(-10))).size).toBe(uuids.length);
  });
});

describe("the system clock's timers", () => {
  it('keep the process alive, so that a waiting request is not ended', async () => {
    const file = new URL('../../../lib/time/system-clock.ts', import.meta.url);
    const program = `import { systemClock } from '${file}';
      systemClock.startTimer(50, () => process.stdout.write('over'));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--input-type=module-typescript',
      '--no-warnings',
      '--eval',
      program,
    ]);
    expect(stdout).toBe('over');
  });

  it('do not fire once they are cancelled', async () => {
    const fired: string[] = [];
    systemClock.startTimer(0, () => fired.push('cancelled'))();
    await new Promise<void>((resolve) => systemClock.startTimer(1, resolve));
    expect(fired).toEqual([]);
  });
});
