import type { Config, KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { DataSource } from './data-source.ts';
import type { EphemeralResource } from './ephemeral-resource.ts';
import type { Operation, Validation } from './operation.ts';
import type { ProviderFunction } from './provider-function.ts';
import type { Resource } from './resource.ts';

// A schema of its own for each definition: what one is given, another is not.
// biome-ignore lint/suspicious/noExplicitAny: there is no type that stands for each definition's own schema.
type OwnSchema = any;

export interface ConfigureRequest<S extends Schema>
  extends Pick<Operation<unknown>, 'log' | 'warn'> {
  readonly config: KnownConfig<S>;
  readonly terraformVersion: string;
}

/** A whole provider. */
export interface Provider<S extends Schema = Schema, C = unknown> {
  /** The type, which is also the prefix of each resource: `tokenvending`. */
  readonly name: string;
  readonly version: string;
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  /**
   * Makes what operations work with. It is called only when everything in the configuration is known, and should not use the
   * network, so that plans work without it.
   */
  configure(request: ConfigureRequest<S>): C | Promise<C>;
  readonly resources?: Readonly<Record<string, Resource<OwnSchema, C>>>;
  readonly dataSources?: Readonly<Record<string, DataSource<OwnSchema, C>>>;
  readonly ephemeralResources?: Readonly<Record<string, EphemeralResource<OwnSchema, C>>>;
  readonly functions?: Readonly<Record<string, ProviderFunction>>;
}

/** Infers the schema and the client of a provider from its parts. */
export function defineProvider<S extends Schema, C>(definition: Provider<S, C>): Provider<S, C> {
  return definition;
}
