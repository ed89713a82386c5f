import type { Dynamic, Unknown } from '../values/value.ts';
import type { Attribute, Attributes, AttributeType, Mode, Nested, Nesting } from './attribute.ts';
import type { Block, Blocks, Schema } from './schema.ts';
import type { Type } from './type.ts';

/** A value of which any part may be unknown. */
export type MaybeUnknown<T> =
  | Unknown
  | (T extends string | number | bigint | boolean | null | Dynamic
      ? T
      : T extends readonly (infer E)[]
        ? readonly MaybeUnknown<E>[]
        : { readonly [K in keyof T]: MaybeUnknown<T[K]> });

type Wrap<N extends Nesting, T> = N extends 'single'
  ? T
  : N extends 'map'
    ? Readonly<Record<string, T>>
    : readonly T[];

type KnownType<A extends AttributeType> =
  A extends Nested<infer N, infer I>
    ? Wrap<N, KnownAttributes<I>>
    : A extends Type<infer T>
      ? T
      : never;

type Nullable<M extends Mode, T> = M extends 'required' ? T : T | null;

type KnownAttributes<A extends Attributes> = {
  readonly [K in keyof A]: A[K] extends Attribute<infer T, infer M>
    ? Nullable<M, KnownType<T>>
    : never;
};

// An absent single block is null. Other absent blocks are empty.
type KnownBlock<B> =
  B extends Block<infer N, infer A>
    ? N extends 'single'
      ? KnownAttributes<A> | null
      : Wrap<N, KnownAttributes<A>>
    : never;

type KnownBlocks<B extends Blocks> = { readonly [K in keyof B]: KnownBlock<B[K]> };

/**
 * All attributes and blocks, wholly known: a state, or the configuration during apply. In states,
 * write-only attributes are null.
 */
export type State<S extends Schema> = KnownAttributes<S['attributes']> & KnownBlocks<S['blocks']>;

/** The configuration, wholly known. Computed attributes that it does not set are null. */
export type KnownConfig<S extends Schema> = State<S>;

type Partly<T> = { readonly [K in keyof T]: MaybeUnknown<T[K]> };

/** The configuration during validation and planning: any part may be unknown. */
export type Config<S extends Schema> = Partly<State<S>>;

/** A planned state. */
export type Plan<S extends Schema> = Partly<State<S>>;

type ComputedKeys<A extends Attributes> = {
  [K in keyof A]: A[K] extends Attribute<AttributeType, infer M>
    ? M extends 'computed' | 'optionalComputed'
      ? K
      : never
    : never;
}[keyof A];

/** The values that the provider sets: every computed attribute. */
export type Computed<S extends Schema> = Pick<
  KnownAttributes<S['attributes']>,
  ComputedKeys<S['attributes']>
>;
