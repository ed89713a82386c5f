import type { Computed, Config, KnownConfig, Plan, State } from '../schema/infer.ts';
import type { Schema } from '../schema/schema.ts';
import type { JsonRecord } from '../values/json-decode.ts';
import type { Operation, Validation } from './operation.ts';

/** JSON that Terraform keeps beside the state and never shows. */
export interface PrivateData {
  readonly privateData: unknown;
  readonly setPrivateData: (data: unknown) => void;
}

export interface PlanRequest<S extends Schema> {
  readonly config: Config<S>;
  /** `undefined` if the resource does not exist. */
  readonly prior: State<S> | undefined;
  /** The plan by the rules of the schema. */
  readonly plan: Plan<S>;
  readonly warn: Operation<unknown>['warn'];
}

export interface CreateRequest<S extends Schema, C> extends Operation<C>, PrivateData {
  /** Includes the values of write-only attributes. */
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

/** The computed attributes, and the other attributes that contain a computed one. */
export type Applied<S extends Schema> = Computed<S> & Partial<State<S>>;

/** An object that Terraform manages. */
export interface Resource<S extends Schema = Schema, C = unknown> {
  readonly schema: S;
  validate?(request: Validation<Config<S>>): void;
  /** Changes the plan of a creation or update if the rules of the schema do not suffice. */
  plan?(request: PlanRequest<S>): Plan<S>;
  create(request: CreateRequest<S, C>): Promise<Applied<S>>;
  /**
   * Returns the current state, or `undefined` if the object is gone. Write-only attributes are
   * ignored.
   */
  read(request: StateRequest<S, C>): Promise<State<S> | undefined>;
  /** May be absent if every attribute forces replacement. */
  update?(request: UpdateRequest<S, C>): Promise<Applied<S>>;
  delete(request: StateRequest<S, C>): Promise<void>;
  /** Returns the attributes that follow from the identifier. Terraform then calls `read`. */
  import?(request: ImportRequest<C>): Promise<Partial<State<S>>>;
  /** Converts a state of an older version to the current version. */
  upgrade?(version: number, state: JsonRecord): JsonRecord;
}

/** Defines a resource. The types of its schema and client are inferred. */
export function defineResource<S extends Schema, C>(definition: Resource<S, C>): Resource<S, C> {
  return definition;
}
