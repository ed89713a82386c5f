import type { CtyType } from '../values/cty-type.ts';
import type { Type } from './type.ts';

export type Mode = 'required' | 'optional' | 'computed' | 'optionalComputed';

export type Nesting = 'single' | 'list' | 'set' | 'map';

/** A nested attribute: objects whose attributes have modes and descriptions of their own. */
export interface Nested<N extends Nesting = Nesting, A extends Attributes = Attributes> {
  readonly nesting: N;
  readonly attributes: A;
}

/** What an attribute may hold. */
export type AttributeType = Type<unknown> | Nested;

export interface AttributeOptions<T> {
  /** Markdown; becomes the documentation. */
  readonly description: string;
  /** Terraform hides it in its output. It still stands in the state. */
  readonly sensitive?: boolean;
  /** What to do instead; a warning says so wherever the attribute is set. */
  readonly deprecated?: string;
  /** What is wrong with a known value (a sentence after the attribute's name), or `undefined`. */
  rule?(value: T): string | undefined;
  /** Resources only: a change of this top-level attribute replaces the resource. */
  readonly forceNew?: boolean;
  /** Resources only: whether the service means the same by both, so that there is nothing to change. */
  semanticEquals?(left: T, right: T): boolean;
}

export interface OptionalOptions<T> extends AttributeOptions<T> {
  /** The value reaches the provider from the configuration and never the state. */
  readonly writeOnly?: boolean;
}

export interface ComputedOptions<T> extends AttributeOptions<T> {
  /** An update leaves the value as it is, so the plan need not call it unknown. */
  readonly keep?: boolean;
}

export interface OptionalComputedOptions<T> extends ComputedOptions<T> {
  /** What a resource plans where the configuration has none. */
  readonly default?: T;
}

export interface Attribute<A extends AttributeType = AttributeType, M extends Mode = Mode>
  extends OptionalOptions<unknown>,
    OptionalComputedOptions<unknown> {
  readonly type: A;
  readonly mode: M;
}

export interface Attributes {
  readonly [name: string]: Attribute;
}

type KnownOf<A extends AttributeType> = A extends Type<infer T> ? T : unknown;

export function required<A extends AttributeType>(
  type: A,
  options: OptionalOptions<KnownOf<A>>,
): Attribute<A, 'required'> {
  return { ...options, type, mode: 'required' };
}

export function optional<A extends AttributeType>(
  type: A,
  options: OptionalOptions<KnownOf<A>>,
): Attribute<A, 'optional'> {
  return { ...options, type, mode: 'optional' };
}

/** The provider alone gives the value. */
export function computed<A extends AttributeType>(
  type: A,
  options: ComputedOptions<KnownOf<A>>,
): Attribute<A, 'computed'> {
  return { ...options, type, mode: 'computed' };
}

/** The provider gives the value where the configuration does not. */
export function optionalComputed<A extends AttributeType>(
  type: A,
  options: OptionalComputedOptions<KnownOf<A>>,
): Attribute<A, 'optionalComputed'> {
  return { ...options, type, mode: 'optionalComputed' };
}

export function nested<N extends Nesting, A extends Attributes>(
  nesting: N,
  attributes: A,
): Nested<N, A> {
  return { nesting, attributes };
}

export function isNested(type: AttributeType): type is Nested {
  return 'nesting' in type;
}

export function isComputed({ mode }: Attribute): boolean {
  return mode === 'computed' || mode === 'optionalComputed';
}

/** The type of one element (or of the object itself) and of the whole. */
export function nest(nesting: Nesting, element: CtyType): CtyType {
  return nesting === 'single' ? element : { kind: nesting, element };
}
