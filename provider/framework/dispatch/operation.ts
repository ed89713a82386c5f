import type { DiagnosticText } from '../diagnostics/diagnostic.ts';
import type { Log } from '../process/log.ts';

/** What every operation of a provider gets besides its own values. */
export interface Operation<C> {
  /** What the provider's `configure` answered. */
  readonly client: C;
  /** Aborts when Terraform is asked to stop. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Adds a warning to the answer. */
  readonly warn: (text: DiagnosticText) => void;
}

/** What a validation gets. It may find several things wrong, and reports each. */
export interface Validation<Config> {
  /** Any part of it may be unknown. */
  readonly config: Config;
  readonly report: (text: DiagnosticText) => void;
}
