import type { Type } from '../schema/type.ts';

export interface Parameter<T = unknown> {
  readonly name: string;
  readonly type: Type<T>;
  readonly description: string;
}

type Arguments<P extends readonly Parameter[]> = {
  [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

/**
 * A pure function that configurations call as `provider::name::function(...)`. The provider is not
 * configured when it runs. Null and unknown arguments never reach it.
 */
export interface ProviderFunction<
  P extends readonly Parameter[] = readonly Parameter[],
  V extends Parameter = Parameter,
  R = unknown,
> {
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  readonly parameters: P;
  readonly variadicParameter?: V;
  readonly returns: Type<R>;
  readonly deprecated?: string;
  /** @throws FunctionError with the index of the argument */
  call(args: Arguments<P>, variadic: readonly (V extends Parameter<infer T> ? T : never)[]): R;
}

/**
 * Defines a provider function. The types of its arguments are inferred from the parameters.
 *
 * @example
 * ```ts
 * const shout = defineFunction({
 *   summary: 'Upper case.',
 *   description: 'Writes text in upper case.',
 *   parameters: [parameter('text', string, 'What to write.')],
 *   returns: string,
 *   call: ([text]) => text.toUpperCase(),
 * });
 * ```
 */
export function defineFunction<const P extends readonly Parameter[], V extends Parameter, R>(
  definition: ProviderFunction<P, V, R>,
): ProviderFunction<P, V, R> {
  return definition;
}

export function parameter<T>(name: string, type: Type<T>, description: string): Parameter<T> {
  return { name, type, description };
}
