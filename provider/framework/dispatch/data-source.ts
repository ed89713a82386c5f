import type { Computed, Config, KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { Operation, Validation } from './operation.ts';

export interface ReadDataRequest<S extends Schema, C> extends Operation<C> {
  readonly config: KnownConfig<S>;
}

/** An object that Terraform reads and does not manage. The state contains its values. */
export interface DataSource<S extends Schema = Schema, C = unknown> {
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  read(request: ReadDataRequest<S, C>): Promise<Computed<S>>;
}

/** Defines a data source. The types of its schema and client are inferred. */
export function defineDataSource<S extends Schema, C>(
  definition: DataSource<S, C>,
): DataSource<S, C> {
  return definition;
}
