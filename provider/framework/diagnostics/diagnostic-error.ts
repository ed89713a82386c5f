import type { DiagnosticText } from './diagnostic.ts';

export interface DiagnosticErrorOptions {
  readonly cause?: unknown;
  /**
   * Attributes of the object that exists in spite of the error. Attributes that are left out keep
   * their planned values. Terraform then keeps the object: as tainted after a failed creation,
   * unchanged after a failed update.
   */
  readonly state?: Readonly<Record<string, unknown>>;
}

/**
 * Thrown by operations of a provider. Each text becomes a diagnostic of severity error.
 *
 * Any other error counts as a bug, and the user sees only its kind. The same holds for the cause of
 * a `DiagnosticError` without texts, which only carries the state.
 *
 * @example
 * ```ts
 * throw new DiagnosticError({
 *   summary: 'Endpoint is not a URL',
 *   detail: 'Write it as https://host.',
 *   path: pathOf('endpoint'),
 * });
 * ```
 */
export class DiagnosticError extends Error {
  override readonly name = 'DiagnosticError';
  readonly texts: readonly DiagnosticText[];
  readonly state: Readonly<Record<string, unknown>> | undefined;

  constructor(
    texts: DiagnosticText | readonly DiagnosticText[],
    options: DiagnosticErrorOptions = {},
  ) {
    const all = 'summary' in texts ? [texts] : texts;
    super(all.map(({ summary }) => summary).join('; '), { cause: options.cause });
    this.texts = all;
    this.state = options.state;
  }
}

/** Thrown by provider functions, with the index of the argument (from 0) if one is invalid. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly argument: number | undefined;

  constructor(text: string, argument?: number) {
    super(text);
    this.argument = argument;
  }
}
