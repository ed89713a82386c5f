import { DiagnosticError } from '../diagnostics/diagnostic-error.ts';
import { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { Log } from '../process/log.ts';
import { formatPath, type Path } from '../values/path.ts';
import type { Operation } from './operation.ts';
import type { Provider } from './provider.ts';

type Configuration =
  | { readonly state: 'missing' }
  /** Terraform plans before it knows everything that the provider's configuration refers to. */
  | { readonly state: 'unknown'; readonly paths: readonly Path[] }
  | { readonly state: 'ready'; readonly client: unknown };

/** What one process of a provider remembers between calls. */
export class Session {
  readonly provider: Provider;
  readonly log: Log;
  #configuration: Configuration = { state: 'missing' };
  #stop = new AbortController();

  constructor(provider: Provider, log: Log) {
    this.provider = provider;
    this.log = log;
  }

  /** What is unknown in the provider's configuration; `undefined` if everything is known. */
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

  /** A process may be configured again after it was stopped, where a debugger holds it. */
  rearm(): void {
    this.#stop = new AbortController();
  }

  stop(): void {
    this.#stop.abort();
  }

  newDiagnostics(): DiagnosticList {
    return new DiagnosticList(this.log);
  }

  /** What an operation gets, where the provider is configured. */
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

/** What an operation fails with that needs the provider's configuration; paths into it have no place in a diagnostic of a resource. */
export function unknownConfiguration(paths: readonly Path[]): DiagnosticError {
  const names = paths.map(formatPath).join(', ');
  return new DiagnosticError({
    summary: 'The provider configuration is not known yet',
    detail: `The value of ${names} will be known only after apply, and this operation needs it before. In the provider block, set ${names} to a value that does not depend on a resource, or apply in two steps: first that resource with -target, then everything.`,
  });
}
