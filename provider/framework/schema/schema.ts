import type { Attributes, Nesting } from './attribute.ts';

/** A nested block. Blocks have no nesting `map`: use nested attributes instead. */
export interface Block<N extends Nesting = Nesting, A extends Attributes = Attributes> {
  readonly nesting: N;
  readonly attributes: A;
  readonly description: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Resources only: a change of the block replaces the resource. */
  readonly forceNew?: boolean;
}

export interface Blocks {
  readonly [name: string]: Block;
}

/** The schema of a provider, resource, data source or ephemeral resource. */
export interface Schema<A extends Attributes = Attributes, B extends Blocks = Blocks> {
  /** Increases with each change that requires an upgrade of old states. */
  readonly version: number;
  /** Markdown, for the documentation. */
  readonly description: string;
  readonly attributes: A;
  readonly blocks: B;
  readonly deprecated?: boolean;
}

export interface SchemaOptions<A extends Attributes, B extends Blocks> {
  readonly version?: number;
  readonly description: string;
  readonly attributes: A;
  readonly blocks?: B;
  readonly deprecated?: boolean;
}

/**
 * Defines a schema. The types of configuration, plan and state are inferred from it ({@link State}
 * and the others of `infer.ts`).
 *
 * @example
 * ```ts
 * const schema = defineSchema({
 *   description: 'A greeting.',
 *   attributes: {
 *     name: required(string, { description: 'Whom to greet.' }),
 *     text: computed(string, { description: 'The greeting.' }),
 *   },
 * });
 * ```
 */
export function defineSchema<A extends Attributes, B extends Blocks = Record<never, never>>(
  options: SchemaOptions<A, B>,
): Schema<A, B> {
  return { version: 0, blocks: {} as B, ...options };
}

type BlockOptions<A extends Attributes> = Omit<Block<Nesting, A>, 'nesting'>;

export function block<N extends 'single' | 'list' | 'set', A extends Attributes>(
  nesting: N,
  options: BlockOptions<A>,
): Block<N, A> {
  return { ...options, nesting };
}
