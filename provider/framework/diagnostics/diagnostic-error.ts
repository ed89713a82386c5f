import type { DiagnosticText } from './diagnostic.ts';

export interface DiagnosticErrorOptions {
  readonly cause?: unknown;
  /**
   * Attributes of what exists nevertheless; those that are left out are as planned. Terraform then keeps the object: as tainted after
   * a failed creation, as it is after a failed update.
   */
  readonly state?: Readonly<Record<string, unknown>>;
}

/**
 * Thrown by operations of a provider to answer with error diagnostics. Whatever else is thrown is taken for a bug, and the user
 * learns no more than its kind; so it is with the cause of a fault without texts, which only keeps the state.
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

/** Thrown by provider functions: what is wrong, and with which argument (from 0) where it is one. */
export class FunctionError extends Error {
  override readonly name = 'FunctionError';
  readonly argument: number | undefined;

  constructor(text: string, argument?: number) {
    super(text);
    this.argument = argument;
  }
}
