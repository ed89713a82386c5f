import { isDeepStrictEqual } from 'node:util';
import type { Operation } from '../framework/dispatch/operation.ts';
import { type AwaitOptions, awaitStored } from './await-stored.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import { HiiRetailError } from './hiiretail-error.ts';
import type { IamApi } from './iam-api.ts';

type Attributes = Readonly<Record<string, unknown>>;

export interface Confirmation<T, S> extends Pick<AwaitOptions<T>, 'differences' | 'isPending'> {
  readonly read: (api: IamApi) => Promise<T | undefined>;
  readonly toState: (found: T) => S;
  /** The state with the written values, for errors after which nothing else is known. */
  readonly written: S;
  /** The object as the beginning of a sentence: `Group G`. */
  readonly subject: string;
  /** What does not happen, as a sentence: `Group G is not created`. */
  readonly doing: string;
  /** The same for an object that exists with other values. Default: it is not as it was written. */
  readonly differing?: (found: T) => string;
  /**
   * If true, an unfinished object is a warning. As an error, Terraform would replace the object
   * that it has just created.
   */
  readonly mayLag?: boolean;
  /** Advice if the object does not exist. The state then does not contain it. */
  readonly adviceOnAbsence?: string;
}

/**
 * Waits until the API shows a write.
 *
 * A written object stays in the state in every case, or Terraform would lose it. If the run is
 * interrupted during these reads, it ends with a warning. Any error carries the state of the
 * existing object.
 *
 * @returns the state of the object
 * @throws {@link DiagnosticError} with the state of the existing object
 */
export async function confirmWrite<T, S extends Attributes>(
  { client, signal, warn }: Operation<Connection>,
  confirmation: Confirmation<T, S>,
): Promise<S> {
  const { read, toState, written, subject, mayLag = false, ...expected } = confirmation;
  try {
    const readBack = () => read(client.api(signal));
    const { clock } = client;
    return toState(await awaitStored({ ...expected, clock, signal, read: readBack }));
  } catch (error) {
    if (!(error instanceof HiiRetailError)) {
      if (!signal.aborted) throw explainError(error, expected.doing, { state: written });
      warn({
        summary: `${subject} was not read after the write`,
        detail:
          'Terraform was asked to stop before the IAM API showed the accepted change. The state contains it as it was written. The next plan reads it from the API.',
      });
      return written;
    }
    if (error.code === 'still_pending' && mayLag) {
      warn({ summary: `${subject} is not finished`, detail: error.message });
      return written;
    }
    throw explain(error, confirmation);
  }
}

function explain<T, S extends Attributes>(
  error: HiiRetailError,
  { toState, written, subject, doing, differing, adviceOnAbsence }: Confirmation<T, S>,
): unknown {
  const { code, details } = error;
  if (code === 'not_stored' && adviceOnAbsence !== undefined) {
    return explainError(new HiiRetailError(code, { advice: adviceOnAbsence }), doing);
  }
  if (details.found === undefined) return explainError(error, doing, { state: written });
  const found = details.found as T;
  const state = toState(found);
  if (code !== 'stored_differently') return explainError(error, doing, { state });
  const otherwise = differing?.(found) ?? `${subject} is not as it was written`;
  return explainError(error, otherwise, { state });
}

/** @returns a sentence if the requested and the shown value of an attribute differ, else nothing */
export function differenceOf(name: string, requested: unknown, shown: unknown): readonly string[] {
  if (isDeepStrictEqual(requested, shown)) return [];
  return [
    `${name}: requested ${JSON.stringify(requested)}, the API shows ${JSON.stringify(shown)}`,
  ];
}
