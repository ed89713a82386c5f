import { VendError } from '../errors/vend-error.ts';
import { BoundedMap } from '../time/bounded-map.ts';
import type { Clock } from '../time/clock.ts';
import { leaveOnAbort } from '../time/leave-on-abort.ts';
import { REFUSAL_REMEMBERED_FOR } from '../time/time-budget.ts';

interface Refusal {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly error: VendError;
}

interface Memory {
  /** The refusal of each version. */
  readonly refusals: Map<string, Refusal>;
  /** The version that the server accepted last. */
  accepted: string | undefined;
  /** The first request with each version that the server has not accepted yet. */
  readonly firsts: Map<string, Promise<void>>;
  /** The current version when the refusals were forgotten. */
  startedOver: string | undefined;
}

/**
 * Remembers for 30 s which versions of a secret the authorization server refused, so that it
 * receives a wrong secret at most once in that time. If it refuses the version that it accepted
 * last, its own secret has changed. Then earlier refusals are forgotten, because those versions may
 * be right now.
 */
export class RefusalMemory {
  readonly #clock: Clock;
  readonly #onChange: (credential: string) => void;
  readonly #memories = new BoundedMap<string, Memory>(1_000);

  /** @param onChange is called if the server refuses the version that it accepted last */
  constructor(clock: Clock, onChange: (credential: string) => void = () => undefined) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Seconds for which this version is not tried again; 0 if it may be tried. */
  secondsLeft(credential: string, versionId: string): number {
    const refusal = this.#memories.get(credential)?.refusals.get(versionId);
    if (refusal === undefined) return 0;
    return Math.max(0, Math.ceil((refusal.at + REFUSAL_REMEMBERED_FOR - this.#clock.now()) / 1000));
  }

  /**
   * The error of the server, with the seconds for which this version is not tried again.
   *
   * @returns `undefined` if it may be tried
   */
  refusal(credential: string, versionId: string): VendError | undefined {
    const retryAfter = this.secondsLeft(credential, versionId);
    const error = this.#memories.get(credential)?.refusals.get(versionId)?.error;
    if (retryAfter === 0 || error === undefined) return undefined;
    const { code, message: says, advice } = error;
    return new VendError(code, { says, advice, retryAfter });
  }

  /**
   * Forgets the refusals of a credential, once for each current version.
   *
   * @returns whether they are forgotten
   */
  startOver(credential: string, currentVersionId: string): boolean {
    const memory = this.#memoryOf(credential);
    if (memory.startedOver === currentVersionId) return false;
    memory.startedOver = currentVersionId;
    memory.refusals.clear();
    return true;
  }

  /**
   * Makes a request with a version. The first request with a version that the server has not
   * accepted yet is sent alone, and the others wait for its outcome. Else a wrong secret would
   * reach the server once for each of them.
   *
   * @param signal ends the wait
   * @param request must throw `credential_refused` only if the server refused the client
   * @throws VendError `credential_refused` while the version is not tried again; what `request`
   *   throws
   */
  async present<T>(
    credential: string,
    versionId: string,
    signal: AbortSignal,
    request: () => Promise<T>,
  ): Promise<T> {
    const memory = this.#memoryOf(credential);
    const first = memory.firsts.get(versionId);
    // If it ends without a verdict, as in an outage, the waiting requests need not wait for each
    // other.
    if (first !== undefined) await leaveOnAbort(first, signal);
    const refusal = this.refusal(credential, versionId);
    if (refusal !== undefined) throw refusal;
    const judged = this.#judge(memory, versionId, request, credential);
    if (memory.accepted !== versionId && !memory.firsts.has(versionId)) {
      const over = () => void memory.firsts.delete(versionId);
      memory.firsts.set(versionId, judged.then(over, over));
    }
    return await judged;
  }

  async #judge<T>(
    memory: Memory,
    versionId: string,
    request: () => Promise<T>,
    credential: string,
  ): Promise<T> {
    const sentAt = this.#clock.now();
    try {
      const response = await request();
      this.#accept(memory, versionId, sentAt);
      return response;
    } catch (thrown) {
      const error = VendError.from(thrown);
      if (error.code === 'credential_refused')
        this.#refuse(memory, versionId, error, () => this.#onChange(credential));
      throw thrown;
    }
  }

  #refuse(memory: Memory, versionId: string, error: VendError, onChange: () => void): void {
    if (memory.accepted === versionId) {
      onChange();
      memory.refusals.clear();
      memory.accepted = undefined;
    }
    const now = this.#clock.now();
    for (const [version, { at }] of memory.refusals)
      if (now - at >= REFUSAL_REMEMBERED_FOR) memory.refusals.delete(version);
    memory.refusals.set(versionId, { at: now, error });
  }

  // A request that was sent before a refusal says nothing about the present secret of the server.
  #accept(memory: Memory, versionId: string, sentAt: number): void {
    const refusedAt = memory.refusals.get(versionId)?.at ?? Number.NEGATIVE_INFINITY;
    if (refusedAt >= sentAt) return;
    memory.accepted = versionId;
    memory.refusals.delete(versionId);
  }

  #memoryOf(credential: string): Memory {
    const memory: Memory = this.#memories.get(credential) ?? {
      refusals: new Map(),
      accepted: undefined,
      firsts: new Map(),
      startedOver: undefined,
    };
    // Written at each use, so that new credentials do not evict one in use.
    this.#memories.set(credential, memory);
    return memory;
  }
}

/** Whether the server refused the client. */
export function isRefused(error: unknown): boolean {
  return error instanceof VendError && error.code === 'credential_refused';
}

/** Whether an unclear error of the server may be such a refusal. */
export function mayBeRefused(error: unknown): boolean {
  return error instanceof VendError && error.mayBeRefusal;
}
