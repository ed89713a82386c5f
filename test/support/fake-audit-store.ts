import type { AuditStore } from '../../lib/audit/store.ts';
import { VendError } from '../../lib/errors/vend-error.ts';

/** An audit store in memory. */
export class FakeAuditStore implements AuditStore {
  readonly objects = new Map<string, Uint8Array>();
  failing = false;
  /** Number of creations that store and then fail, as if a response was lost. */
  losingResponses = 0;
  /** Number of creations that never end. */
  hanging = 0;
  attempts = 0;
  /** Duration of a creation. */
  delay: () => Promise<void> = async () => undefined;

  async create(key: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    this.attempts += 1;
    signal.throwIfAborted();
    await this.delay();
    if (this.failing) throw new VendError('audit_unavailable');
    if (this.hanging > 0) {
      this.hanging -= 1;
      await new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    }
    const there = this.objects.get(key);
    if (there !== undefined && Buffer.compare(there, bytes) !== 0)
      throw new VendError('audit_unavailable', { detail: 'another object has this key' });
    this.objects.set(key, bytes);
    if (this.losingResponses > 0) {
      this.losingResponses -= 1;
      throw new VendError('audit_unavailable');
    }
  }

  texts(): Record<string, string> {
    return Object.fromEntries(
      [...this.objects].map(([key, bytes]) => [key, new TextDecoder().decode(bytes)]),
    );
  }
}
