import type { RegistryClient } from '../../client/registry-client.ts';
import { LateSignal } from '../../lib/time/late-signal.ts';
import { WRITE_GRACE } from '../../lib/time/time-budget.ts';
import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import type { Operation } from '../framework/dispatch/operation.ts';
import { pathOf } from '../framework/values/path.ts';
import type { Connection } from './connection.ts';

/** What to do if it is not known whether the registry has carried out a change. */
export const UNKNOWN_OUTCOME =
  'The change may have been carried out. If the state has the resource, the next plan shows it. If an apply reports that the credential exists, import it (terraform import).';

type Call<T> = (registry: RegistryClient, signal: AbortSignal) => Promise<T>;

/**
 * Calls of the registry that the user may interrupt. After the interrupt, reads end at once and no
 * change begins. A change that has begun is waited for up to 10 s, because the registry carries it
 * out in any case.
 */
export class RegistryCalls {
  readonly #registry: RegistryClient;
  readonly #stop: AbortSignal;
  readonly #late: LateSignal;

  constructor(
    registry: RegistryClient,
    { client: { clock }, signal }: Pick<Operation<Connection>, 'client' | 'signal'>,
    credential: string,
  ) {
    this.#registry = registry;
    this.#stop = signal;
    this.#late = new LateSignal(clock, signal, WRITE_GRACE, () => unconfirmed(credential));
  }

  /** @throws the reason of the interrupt; what the call throws */
  async read<T>(call: Call<T>): Promise<T> {
    return await call(this.#registry, this.#stop);
  }

  /**
   * @throws the reason of the interrupt if nothing was sent; DiagnosticError if the registry did
   *   not respond within 10 s after it; what the call throws
   */
  async change<T>(call: Call<T>): Promise<T> {
    this.#stop.throwIfAborted();
    return await this.finish(call);
  }

  /** A change that completes or reverts an earlier one: it is also sent after the interrupt. */
  async finish<T>(call: Call<T>): Promise<T> {
    const { signal } = this.#late;
    signal.throwIfAborted();
    return await call(this.#registry, signal);
  }

  /** Ends the timer. */
  [Symbol.dispose](): void {
    this.#late[Symbol.dispose]();
  }
}

function unconfirmed(credential: string): DiagnosticError {
  return new DiagnosticError({
    summary: `No response to the change of ${credential}`,
    detail: `Terraform was asked to stop, and the registry did not respond within ${WRITE_GRACE / 1000} s after that. ${UNKNOWN_OUTCOME}`,
    path: pathOf('credential'),
  });
}
