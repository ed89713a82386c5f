import type { CtyType } from '../values/cty-type.ts';
import type { Type } from './type.ts';

export type Mode = 'required' | 'optional' | 'computed' | 'optionalComputed';

export type Nesting = 'single' | 'list' | 'set' | 'map';

/** A nested attribute: its objects have attributes with modes and descriptions. */
export interface Nested<N extends Nesting = Nesting, A extends Attributes = Attributes> {
  readonly nesting: N;
  readonly attributes: A;
}

/** The type of an attribute. */
export type AttributeType = Type<unknown> | Nested;

export interface AttributeOptions<T> {
  /** Markdown, for the documentation. */
  readonly description: string;
  /** Terraform hides the value in its output. The state still contains it. */
  readonly sensitive?: boolean;
  /** What to do instead. Terraform shows it as a warning wherever the attribute is set. */
  readonly deprecated?: string;
  /**
   * The error of a known value, as the rest of a sentence that begins with the attribute's name;
   * `undefined` if the value is valid.
   */
  rule?(value: T): string | undefined;
  /** Resources only: a change of this top-level attribute replaces the resource. */
  readonly forceNew?: boolean;
  /** Resources only: whether both values are the same to the service, so that nothing changes. */
  semanticEquals?(left: T, right: T): boolean;
}

export interface OptionalOptions<T> extends AttributeOptions<T> {
  /** The provider gets the value from the configuration. The state never contains it. */
  readonly writeOnly?: boolean;
}

export interface ComputedOptions<T> extends AttributeOptions<T> {
  /** An update does not change the value, so the plan keeps it known. */
  readonly keep?: boolean;
}

export interface OptionalComputedOptions<T> extends ComputedOptions<T> {
  /** Resources only: the planned value if the configuration has none. */
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

/** Only the provider sets the value. */
export function computed<A extends AttributeType>(
  type: A,
  options: ComputedOptions<KnownOf<A>>,
): Attribute<A, 'computed'> {
  return { ...options, type, mode: 'computed' };
}

/** The provider sets the value if the configuration does not. */
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

/** The type of the whole, from that of one element, or of the object itself. */
export function nest(nesting: Nesting, element: CtyType): CtyType {
  return nesting === 'single' ? element : { kind: nesting, element };
}
