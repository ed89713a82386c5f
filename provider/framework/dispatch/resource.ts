import type { Computed, Config, KnownConfig, Plan, State } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { JsonRecord } from '../values/json-decode.ts';
import type { Operation, Validation } from './operation.ts';

/** Bytes that Terraform keeps beside the state and shows to nobody, as JSON. */
export interface PrivateData {
  readonly privateData: unknown;
  readonly setPrivateData: (data: unknown) => void;
}

export interface PlanRequest<S extends Schema> {
  readonly config: Config<S>;
  /** `undefined` where the resource is to be created. */
  readonly prior: State<S> | undefined;
  /** What will be planned unless the answer says otherwise. */
  readonly plan: Plan<S>;
  readonly warn: Operation<unknown>['warn'];
}

export interface CreateRequest<S extends Schema, C> extends Operation<C>, PrivateData {
  /** With the values of write-only attributes. */
  readonly config: KnownConfig<S>;
  readonly plan: Plan<S>;
}

export interface UpdateRequest<S extends Schema, C> extends CreateRequest<S, C> {
  readonly prior: State<S>;
}

export interface StateRequest<S extends Schema, C> extends Operation<C>, PrivateData {
  readonly state: State<S>;
}

export interface ImportRequest<C> extends Operation<C> {
  readonly id: string;
}

/** The computed attributes, and any other in which something computed is nested. */
export type Applied<S extends Schema> = Computed<S> & Partial<State<S>>;

/** Something that Terraform manages. */
export interface Resource<S extends Schema = Schema, C = unknown> {
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  /** Changes the plan of a creation or update where the rules of the schema do not suffice. */
  plan?(request: PlanRequest<S>): Plan<S>;
  create(request: CreateRequest<S, C>): Promise<Applied<S>>;
  /** The state as it is, or `undefined` where the thing is gone. Write-only attributes are ignored. */
  read(request: StateRequest<S, C>): Promise<State<S> | undefined>;
  /** May be absent where every attribute forces replacement. */
  update?(request: UpdateRequest<S, C>): Promise<Applied<S>>;
  delete(request: StateRequest<S, C>): Promise<void>;
  /** What is known from the identifier; `read` completes it. */
  import?(request: ImportRequest<C>): Promise<Partial<State<S>>>;
  /** An older state as one of the present version. */
  upgrade?(version: number, state: JsonRecord): JsonRecord;
}

/** Infers the schema and the client of a resource from its parts. */
export function defineResource<S extends Schema, C>(definition: Resource<S, C>): Resource<S, C> {
  return definition;
}
