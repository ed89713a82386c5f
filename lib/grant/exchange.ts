import type { Deadline } from '../time/deadline.ts';
import type { StageTimes } from '../time/stage-times.ts';
import type { GrantFinding } from './grant-finding.ts';
import type { ServerMetadata } from './server-metadata.ts';

/** The parameters of one exchange. */
export interface Exchange {
  /** Ends everything of the exchange. */
  readonly deadline: Deadline;
  /** Measures the stages `metadata`, `token` and `verify`. */
  readonly times?: Pick<StageTimes, 'time'>;
  /** Receives what each stage found, for a person who looks for an error. */
  readonly observe?: ((finding: GrantFinding) => void) | undefined;
}

export interface TokenExchange extends Exchange {
  /** The token is not requested before this resolves. Discovery runs meanwhile. */
  readonly announced?: Promise<unknown>;
  /** Of a caller with a usable token: it does not wait for a probe of a failing server. */
  readonly patience?: Pick<Deadline, 'remaining'> | undefined;
  /** Replaces discovery. */
  readonly metadata?: ServerMetadata | undefined;
}
