import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import { formatPath, type Path } from '../framework/values/path.ts';
import { Unknown } from '../framework/values/value.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Returns the error of a value, as the rest of a sentence that begins with its name; `undefined` if
 * the value is valid.
 */
export type Rule<T> = (value: T) => string | undefined;

export interface Setting<T> {
  readonly path: Path;
  /** The value in the configuration. */
  readonly value: unknown;
  /** Environment variables that may set it instead, in order of precedence. */
  readonly variables?: readonly string[];
  /** Parses the text of a variable; `undefined` if it is invalid. Default: the text itself. */
  readonly parse?: (text: string) => T | undefined;
  /** The error if `parse` fails. Default: it must be a number. */
  readonly form?: string;
  readonly rule?: Rule<T>;
  /** Describes the value in the error if it is missing. Without it, the setting may be absent. */
  readonly required?: string;
}

/**
 * An error of a setting. `inConfiguration`: the configuration alone shows it, whatever the
 * environment.
 */
export interface SettingError extends DiagnosticText {
  readonly inConfiguration: boolean;
}

/**
 * Reads settings from attributes, else from the environment, and collects all errors. An empty
 * text, or one of spaces, counts as absent, because CI systems leave such variables. Spaces around
 * a value are removed.
 */
export class SettingsReader {
  readonly errors: SettingError[] = [];
  readonly #environment: Variables;

  constructor(environment: Variables) {
    this.#environment = environment;
  }

  /** Reads a setting. `undefined` if it is absent, unknown or invalid. */
  read<T>(setting: Setting<T>): T | undefined {
    const { path, value } = setting;
    if (value instanceof Unknown) return undefined;
    const given = normalize(value);
    if (given !== undefined) return this.#check(setting, given as T, undefined);
    for (const variable of setting.variables ?? []) {
      const text = this.variable(variable);
      if (text !== undefined) return this.#parse(setting, text, variable);
    }
    if (setting.required !== undefined) {
      this.errors.push({
        summary: `${formatPath(path)} is missing`,
        detail: `Set ${formatPath(path)} in the block of provider "hiiretail"${orVariable(setting.variables)}, to ${setting.required}.`,
        path,
        // Without variables, only the configuration can set it.
        inConfiguration: (setting.variables ?? []).length === 0,
      });
    }
    return undefined;
  }

  /**
   * Whether the configuration sets a value, known or not. An empty text or list counts as absent,
   * because defaults of variables are empty.
   */
  isGiven(value: unknown): boolean {
    const given = normalize(value);
    return given !== undefined && !(Array.isArray(given) && given.length === 0);
  }

  /** Reads an environment variable; `undefined` if it is absent or empty. */
  variable(name: string): string | undefined {
    return this.#environment[name]?.trim() || undefined;
  }

  #parse<T>(setting: Setting<T>, text: string, variable: string): T | undefined {
    const parsed = setting.parse === undefined ? (text as T) : setting.parse(text);
    if (parsed !== undefined) return this.#check(setting, parsed, variable);
    this.#report(setting, setting.form ?? 'must be a number', variable);
    return undefined;
  }

  #check<T>(setting: Setting<T>, value: T, variable: string | undefined): T | undefined {
    const error = setting.rule?.(value);
    if (error === undefined) return value;
    this.#report(setting, error, variable);
    return undefined;
  }

  // The text does not contain the value, which may be a secret, or a secret in the wrong place.
  #report<T>({ path }: Setting<T>, rule: string, variable: string | undefined): void {
    const name = formatPath(path);
    const source =
      variable === undefined ? name : `${name}, which the environment variable ${variable} sets,`;
    this.errors.push({
      summary: `${name} is not valid`,
      detail: `${source} ${rule}.`,
      path,
      inConfiguration: variable === undefined,
    });
  }
}

function normalize(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() || undefined;
  return value ?? undefined;
}

function orVariable(variables: readonly string[] = []): string {
  return variables.length === 0 ? '' : `, or the environment variable ${variables.join(' or ')}`;
}
