import type { Computed, Config, KnownConfig } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { Operation, Validation } from './operation.ts';

export interface ReadDataRequest<S extends Schema, C> extends Operation<C> {
  readonly config: KnownConfig<S>;
}

/** Something that Terraform reads and does not manage. Its values stand in the state. */
export interface DataSource<S extends Schema = Schema, C = unknown> {
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  read(request: ReadDataRequest<S, C>): Promise<Computed<S>>;
}

/** Infers the schema and the client of a data source from its parts. */
export function defineDataSource<S extends Schema, C>(
  definition: DataSource<S, C>,
): DataSource<S, C> {
  return definition;
}
