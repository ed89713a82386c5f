import { BoundedMap } from './bounded-map.ts';
import type { Clock } from './clock.ts';
import { VendError } from './vend-error.ts';

const REMEMBERED_FOR = 30_000;

/** Remembers for 30 s that the authorization server refused a secret version, so that a wrong secret is never hammered. */
export class RefusalMemory {
  readonly #clock: Clock;
  readonly #until = new BoundedMap<string, number>(1_000);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @throws VendError `credential_refused` while this version of the credential is remembered
   */
  throwIfRefused(credential: string, versionId: string): void {
    const left = (this.#until.get(keyOf(credential, versionId)) ?? 0) - this.#clock.now();
    if (left > 0) throw new VendError('credential_refused', { retryAfter: Math.ceil(left / 1000) });
  }

  remember(credential: string, versionId: string): void {
    this.#until.set(keyOf(credential, versionId), this.#clock.now() + REMEMBERED_FOR);
  }
}

function keyOf(credential: string, versionId: string): string {
  return `${credential} ${versionId}`;
}
