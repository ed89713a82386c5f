import type { Log } from '../process/log.ts';
import { formatPath } from '../values/path.ts';
import { ValueError } from '../values/value-error.ts';
import type { Diagnostic as WireDiagnostic } from '../wire/generated/tfplugin6_pb.js';
import { type Diagnostic, diagnosticToWire, type Problem } from './diagnostic.ts';
import { Fault } from './fault.ts';
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

  readonly error = (problem: Problem): void => {
    this.#diagnostics.push({ ...problem, severity: 'error' });
  };

  readonly warn = (problem: Problem): void => {
    this.#diagnostics.push({ ...problem, severity: 'warning' });
  };

  /** Runs `work` and answers its result, or `undefined` where it failed; the failure becomes diagnostics. */
  async capture<T>(signal: AbortSignal, work: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.addFailure(error, signal);
      return undefined;
    }
  }

  addFailure(error: unknown, signal: AbortSignal): void {
    for (const problem of this.#problemsOf(error, signal)) {
      this.error(problem);
      this.#log.error(problem.summary, { detail: problem.detail });
    }
  }

  toWire(): WireDiagnostic[] {
    return this.#diagnostics.map(diagnosticToWire);
  }

  #problemsOf(error: unknown, signal: AbortSignal): readonly Problem[] {
    if (error instanceof Fault) {
      const { problems, cause } = error;
      return problems.length > 0 ? problems : this.#problemsOf(cause, signal);
    }
    if (error instanceof ValueError) return [misfit(error)];
    if (signal.aborted) {
      return [
        { summary: 'Interrupted', detail: 'Terraform was asked to stop, so this was given up.' },
      ];
    }
    this.#log.error('unexpected failure', { frames: framesOf(error) });
    return [unexpected(error)];
  }
}

function misfit({ message, path }: ValueError): Problem {
  const where = path.length === 0 ? '' : ` at ${formatPath(path)}`;
  return { summary: 'Value does not fit the schema', detail: `Here ${message}${where}.`, path };
}

// The message of an error that nobody expected may hold anything, a secret too.
function unexpected(error: unknown): Problem {
  const kind = error instanceof Error ? error.name : typeof error;
  return {
    summary: 'The provider failed unexpectedly',
    detail: `It threw ${kind}, which is a bug in the provider. Please report it with the frames that TF_LOG_PROVIDER=error shows.`,
  };
}
