import type { Config, KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { DataSource } from './data-source.ts';
import type { EphemeralResource } from './ephemeral-resource.ts';
import type { Operation, Validation } from './operation.ts';
import type { ProviderFunction } from './provider-function.ts';
import type { Resource } from './resource.ts';

// Each definition has its own schema, and no type stands for all of them.
// biome-ignore lint/suspicious/noExplicitAny: there is no type that stands for each definition's own schema.
type OwnSchema = any;

export interface ConfigureRequest<S extends Schema>
  extends Pick<Operation<unknown>, 'log' | 'warn'> {
  readonly config: KnownConfig<S>;
  readonly terraformVersion: string;
}

/** A Terraform provider. */
export interface Provider<S extends Schema = Schema, C = unknown> {
  /** The type of the provider, which is the prefix of each resource: `tokenvending`. */
  readonly name: string;
  readonly version: string;
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  /**
   * Makes the client of all operations. It is called only if the whole configuration is known. It
   * should not use the network, so that plans work without it.
   */
  configure(request: ConfigureRequest<S>): C | Promise<C>;
  readonly resources?: Readonly<Record<string, Resource<OwnSchema, C>>>;
  readonly dataSources?: Readonly<Record<string, DataSource<OwnSchema, C>>>;
  readonly ephemeralResources?: Readonly<Record<string, EphemeralResource<OwnSchema, C>>>;
  readonly functions?: Readonly<Record<string, ProviderFunction>>;
}

/** Defines a provider. The types of its schema and client are inferred. */
export function defineProvider<S extends Schema, C>(definition: Provider<S, C>): Provider<S, C> {
  return definition;
}
