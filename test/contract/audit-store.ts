import { expect, it } from '@jest/globals';
import type { AuditStore } from '../../lib/audit/store.ts';

export interface AuditStoreUnderTest {
  readonly store: AuditStore;
  /** What is stored, by key. */
  stored(): Promise<Record<string, string>>;
  /** Makes the store fail, and work again. */
  break(): Promise<void>;
  mend(): Promise<void>;
}

const bytes = (text: string) => new TextEncoder().encode(text);
const soon = () => AbortSignal.timeout(5_000);
const key = (sequence: number) =>
  `v1/ab/dt=2026-01-31/0190a0b0-0000-7000-8000-000000000000/${String(sequence).padStart(12, '0')}.json`;

/** What every audit store must do. */
export function itIsAnAuditStore(open: () => Promise<AuditStoreUnderTest>): void {
  it('has stored the very bytes when create returns', async () => {
    const { store, stored } = await open();
    await store.create(key(0), bytes('{"a":"é"}'), soon());
    expect(await stored()).toEqual({ [key(0)]: '{"a":"é"}' });
  });

  it('accepts the same bytes twice, because a response can be lost', async () => {
    const { store, stored } = await open();
    await store.create(key(0), bytes('{}'), soon());
    await store.create(key(0), bytes('{}'), soon());
    expect(await stored()).toEqual({ [key(0)]: '{}' });
  });

  it('never overwrites: other bytes under the same key are refused', async () => {
    const { store, stored } = await open();
    await store.create(key(0), bytes('first'), soon());
    await expect(store.create(key(0), bytes('other'), soon())).rejects.toMatchObject({
      code: 'audit_unavailable',
      detail: 'another object has this key',
    });
    expect(await stored()).toEqual({ [key(0)]: 'first' });
  });

  it('keeps records of many keys apart', async () => {
    const { store, stored } = await open();
    await Promise.all([0, 1, 2, 3].map((n) => store.create(key(n), bytes(String(n)), soon())));
    expect(await stored()).toEqual({ [key(0)]: '0', [key(1)]: '1', [key(2)]: '2', [key(3)]: '3' });
  });

  it('says that it is unavailable while it fails, stores nothing then, and works again after', async () => {
    const world = await open();
    await world.break();
    await expect(world.store.create(key(0), bytes('{}'), soon())).rejects.toMatchObject({
      code: 'audit_unavailable',
    });
    await world.mend();
    await world.store.create(key(0), bytes('{}'), soon());
    expect(await world.stored()).toEqual({ [key(0)]: '{}' });
  });
}
