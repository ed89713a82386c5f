import type { DiagnosticText } from '../diagnostics/diagnostic.ts';
import type { Log } from '../process/log.ts';

/** Members of every request to an operation of a provider. */
export interface Operation<C> {
  /** The value that the provider's `configure` returned. */
  readonly client: C;
  /** Aborts when Terraform is asked to stop. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Adds a warning to the response. */
  readonly warn: (text: DiagnosticText) => void;
}

/** A request to validate a configuration. `report` may be called several times. */
export interface Validation<Config> {
  /** Any part of it may be unknown. */
  readonly config: Config;
  readonly report: (text: DiagnosticText) => void;
}
