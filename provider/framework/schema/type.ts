import { type CtyType, mapEntries } from '../values/cty-type.ts';
import type { Value } from '../values/value.ts';

/** A Terraform type with the TypeScript type of its known values. */
export interface Type<T> {
  readonly cty: CtyType;
  /** Never set. It carries `T` for inference. */
  readonly infers?: T;
}

/** The TypeScript type that a {@link Type} stands for. */
export type Infer<A> = A extends Type<infer T> ? T : never;

export const string: Type<string> = { cty: { kind: 'string' } };

/** A number that JavaScript represents exactly. Other numbers are errors. */
export const number: Type<number> = { cty: { kind: 'number' } };

export const bool: Type<boolean> = { cty: { kind: 'bool' } };

/** Any value, with its type. */
export const dynamic: Type<Value> = { cty: { kind: 'dynamic' } };

export function list<T>(element: Type<T>): Type<readonly T[]> {
  return { cty: { kind: 'list', element: element.cty } };
}

export function set<T>(element: Type<T>): Type<readonly T[]> {
  return { cty: { kind: 'set', element: element.cty } };
}

export function map<T>(element: Type<T>): Type<Readonly<Record<string, T>>> {
  return { cty: { kind: 'map', element: element.cty } };
}

type Shape = Readonly<Record<string, Type<unknown>>>;

/** An object. Each of its attributes may be null. */
export function object<S extends Shape>(
  shape: S,
): Type<{ readonly [K in keyof S]: Infer<S[K]> | null }> {
  return { cty: { kind: 'object', attributes: mapEntries(shape, ({ cty }) => cty) } };
}
