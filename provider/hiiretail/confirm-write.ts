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
  /** The state of what was written, for where nothing else is known of it. */
  readonly written: S;
  /** What was written, as the beginning of a sentence: `Group G`. */
  readonly subject: string;
  /** What a failure comes to: `Group G is not created`. */
  readonly doing: string;
  /** The same where it is there and another thing. Default: it is not as it was written. */
  readonly differing?: (found: T) => string;
  /** Whether being unfinished is no failure, which would have Terraform replace what it has just created. */
  readonly mayLag?: boolean;
  /** For where what was written is not there: then nothing stays in the state, and this is what to do. */
  readonly adviceOnAbsence?: string;
}

/**
 * The state after a write, as the API shows it. What has been written stays in the state whatever happens from then on, or Terraform
 * would lose sight of it: a run that is interrupted while it reads back ends with a warning, and any failure carries what exists.
 *
 * @throws {@link DiagnosticError}, with the state of what exists
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

/** One attribute as it was asked for and as the API shows it: nothing where they are the same, else a sentence. */
export function differenceOf(name: string, requested: unknown, shown: unknown): readonly string[] {
  if (isDeepStrictEqual(requested, shown)) return [];
  return [
    `${name}: requested ${JSON.stringify(requested)}, the API shows ${JSON.stringify(shown)}`,
  ];
}
