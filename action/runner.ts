import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { TokenVendingError } from '../client/token-vending-error.ts';
import { escapeControls } from '../lib/errors/escape-controls.ts';

/**
 * The interface between the GitHub runner and an action
 * (https://docs.github.com/actions/reference/workflow-commands).
 */
export interface Runner {
  /** An input of the workflow; empty if it is not set. */
  input(name: string): string;
  /** Masks a value in everything that the job prints from now on. */
  mask(value: string): void;
  setVariable(name: string, value: string): void;
  setOutput(name: string, value: string): void;
  /** Kept for the step at the end of the job. */
  saveState(name: string, value: string): void;
  state(name: string): string;
  /** Shown at the top of the run. */
  fail(error: unknown): void;
  warn(error: unknown): void;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function openRunner(environment: Environment, print: (line: string) => void): Runner {
  const append = (variable: string, name: string, value: string) => {
    const file = environment[variable];
    if (file === undefined) throw new Error(`${variable} is not set: this is no runner of GitHub`);
    // A random delimiter, so that no value can contain it and set another variable.
    const end = randomUUID();
    appendFileSync(file, `${name}<<${end}\n${value}\n${end}\n`);
  };
  return {
    input: (name) => environment[`INPUT_${name.toUpperCase()}`]?.trim() ?? '',
    mask: (value) => print(`::add-mask::${escapeData(value)}`),
    setVariable: (name, value) => append('GITHUB_ENV', name, value),
    setOutput: (name, value) => append('GITHUB_OUTPUT', name, value),
    saveState: (name, value) => append('GITHUB_STATE', name, value),
    state: (name) => environment[`STATE_${name}`] ?? '',
    fail: (error) => print(annotation('error', error)),
    warn: (error) => print(annotation('warning', error)),
  };
}

function annotation(level: 'error' | 'warning', error: unknown): string {
  // The log of a job interprets escape sequences, as a terminal does.
  const shown = (text: string) => escapeData(escapeControls(text));
  if (!(error instanceof TokenVendingError)) {
    const text = error instanceof Error ? error.message : String(error);
    return `::${level} title=token-vending::${shown(text)}`;
  }
  const { code, message, advice, requestId } = error;
  const parts = [message, advice, requestId === undefined ? '' : `request_id: ${requestId}`];
  return `::${level} title=token-vending (${code})::${shown(parts.filter(Boolean).join('\n'))}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
