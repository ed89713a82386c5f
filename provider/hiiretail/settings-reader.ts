import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import { formatPath, type Path } from '../framework/values/path.ts';
import { Unknown } from '../framework/values/value.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** The rule that a value breaks, as a sentence after its name, or `undefined`. */
export type Rule<T> = (value: T) => string | undefined;

export interface Setting<T> {
  readonly path: Path;
  /** As the configuration has it. */
  readonly value: unknown;
  /** Environment variables that may give it instead, the first before the others. */
  readonly variables?: readonly string[];
  /** What a variable's text means, or `undefined` where it means nothing; for text it means itself. */
  readonly parse?: (text: string) => T | undefined;
  /** The rule that a text breaks which means nothing, in words. Default: it must be a number. */
  readonly form?: string;
  readonly rule?: Rule<T>;
  /** What it holds, for who has to give it. Without, the setting may be absent. */
  readonly required?: string;
}

/** What was found wrong, and whether the configuration alone shows it, whatever the environment. */
export interface SettingError extends DiagnosticText {
  readonly inConfiguration: boolean;
}

/**
 * Reads settings, attribute before environment, and keeps everything that is wrong with them. An empty text counts as absent, as CI
 * systems leave variables, and so does one of spaces; space around a value is dropped.
 */
export class SettingsReader {
  readonly errors: SettingError[] = [];
  readonly #environment: Variables;

  constructor(environment: Variables) {
    this.#environment = environment;
  }

  /** The value of a setting, or `undefined` where it is absent, not known yet, or wrong. */
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
        // Where no variable can give it, nothing but the configuration is to blame.
        inConfiguration: (setting.variables ?? []).length === 0,
      });
    }
    return undefined;
  }

  /** Whether the configuration gives anything by this value, known or not: an empty text or list is what a default of a variable leaves. */
  isGiven(value: unknown): boolean {
    const given = normalize(value);
    return given !== undefined && !(Array.isArray(given) && given.length === 0);
  }

  /** An environment variable, `undefined` where it is unset or empty. */
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

  // The value itself is not repeated: it may be a secret, or a secret in the wrong place.
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
