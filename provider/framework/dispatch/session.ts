import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { Log } from '../process/log.ts';
import { formatPath, type Path } from '../values/path.ts';
import type { Operation } from './operation.ts';
import type { Provider } from './provider.ts';

type Configuration =
  | { readonly state: 'missing' }
  /** Terraform also plans while values of the provider configuration are unknown. */
  | { readonly state: 'unknown'; readonly paths: readonly Path[] }
  | { readonly state: 'ready'; readonly client: unknown };

/** The state of one provider process between calls. */
export class Session {
  readonly provider: Provider;
  readonly log: Log;
  #configuration: Configuration = { state: 'missing' };
  #stop = new AbortController();

  constructor(provider: Provider, log: Log) {
    this.provider = provider;
    this.log = log;
  }

  /** Unknown parts of the provider configuration; `undefined` if everything is known. */
  get unknownPaths(): readonly Path[] | undefined {
    const configuration = this.#configuration;
    return configuration.state === 'unknown' ? configuration.paths : undefined;
  }

  get stopSignal(): AbortSignal {
    return this.#stop.signal;
  }

  configure(client: unknown): void {
    this.#configuration = { state: 'ready', client };
  }

  configureUnknown(paths: readonly Path[]): void {
    this.#configuration = { state: 'unknown', paths };
  }

  /** A process that a debugger keeps alive may be configured again after a stop. */
  rearm(): void {
    this.#stop = new AbortController();
  }

  stop(): void {
    this.#stop.abort();
  }

  newDiagnostics(): DiagnosticList {
    return new DiagnosticList(this.log);
  }

  /** @throws {@link DiagnosticError} if the provider is not configured */
  operation(
    diagnostics: DiagnosticList,
    signal: AbortSignal = this.stopSignal,
  ): Operation<unknown> {
    return { client: this.#client(), signal, log: this.log, warn: diagnostics.warn };
  }

  #client(): unknown {
    const configuration = this.#configuration;
    if (configuration.state === 'ready') return configuration.client;
    if (configuration.state === 'unknown') throw unknownConfiguration(configuration.paths);
    throw new DiagnosticError({
      summary: 'The provider is not configured',
      detail: 'Terraform called an operation before it configured the provider. Please report it.',
    });
  }
}

/**
 * The error of an operation that needs an unknown provider configuration. Paths into the
 * configuration cannot stand in a diagnostic of a resource, so the text names them.
 */
export function unknownConfiguration(paths: readonly Path[]): DiagnosticError {
  const names = paths.map(formatPath).join(', ');
  return new DiagnosticError({
    summary: 'The provider configuration is not known yet',
    detail: `The value of ${names} will be known only after apply, and this operation needs it before. In the provider block, set ${names} to a value that does not depend on a resource, or apply in two steps: first that resource with -target, then everything.`,
  });
}
