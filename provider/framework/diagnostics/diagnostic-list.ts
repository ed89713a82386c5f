import type { Log } from '../process/log.ts';
import { formatPath } from '../values/path.ts';
import { ValueError } from '../values/value-error.ts';
import type { Diagnostic as WireDiagnostic } from '../wire/generated/tfplugin6_pb.js';
import { type Diagnostic, type DiagnosticText, diagnosticToWire } from './diagnostic.ts';
import { DiagnosticError } from './diagnostic-error.ts';
import { framesOf } from './stack-frames.ts';

/** The diagnostics of one call. */
export class DiagnosticList {
  readonly #diagnostics: Diagnostic[] = [];
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  get hasErrors(): boolean {
    return this.#diagnostics.some(({ severity }) => severity === 'error');
  }

  readonly error = (text: DiagnosticText): void => {
    this.#diagnostics.push({ ...text, severity: 'error' });
  };

  readonly warn = (text: DiagnosticText): void => {
    this.#diagnostics.push({ ...text, severity: 'warning' });
  };

  /**
   * Runs `work`. An error becomes diagnostics.
   *
   * @returns the result of `work`, or `undefined` if it throws
   */
  async capture<T>(signal: AbortSignal, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.addError(error, signal);
      return undefined;
    }
  }

  addError(error: unknown, signal: AbortSignal): void {
    for (const text of this.#textsOf(error, signal)) {
      this.error(text);
      this.#log.error(text.summary, { detail: text.detail });
    }
  }

  toWire(): WireDiagnostic[] {
    return this.#diagnostics.map(diagnosticToWire);
  }

  #textsOf(error: unknown, signal: AbortSignal): readonly DiagnosticText[] {
    if (error instanceof DiagnosticError) {
      const { texts, cause } = error;
      return texts.length > 0 ? texts : this.#textsOf(cause, signal);
    }
    if (error instanceof ValueError) return [describeValueError(error)];
    if (signal.aborted) {
      return [
        { summary: 'Interrupted', detail: 'Terraform was asked to stop, so this was given up.' },
      ];
    }
    this.#log.error('unexpected failure', { frames: framesOf(error) });
    return [describeUnexpected(error)];
  }
}

function describeValueError({ message, path }: ValueError): DiagnosticText {
  const position = path.length === 0 ? '' : ` at ${formatPath(path)}`;
  return { summary: 'Value does not fit the schema', detail: `Here ${message}${position}.`, path };
}

// The message of an unexpected error may contain anything, also a secret.
function describeUnexpected(error: unknown): DiagnosticText {
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    summary: 'The provider failed unexpectedly',
    detail: `It threw ${kind}, which is a bug in the provider. Please report it with the frames that TF_LOG_PROVIDER=error shows.`,
  };
}
