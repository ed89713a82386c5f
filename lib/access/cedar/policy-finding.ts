import type { DetailedError } from '@cedar-policy/cedar-wasm/web';
import type { Source } from './policy-files.ts';

/** An error in a policy file, and its place. */
export interface PolicyFinding {
  readonly file: string;
  /** From 1; 0 for the whole file. */
  readonly line: number;
  readonly column: number;
  /** The error, and what to do. */
  readonly message: string;
}

/** `file:line:column: message`, which editors and CI logs turn into links. */
export function formatFinding({ file, line, column, message }: PolicyFinding): string {
  return line === 0 ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}

/** A finding about a whole file. */
export function findingOfFile(file: string, message: string): PolicyFinding {
  return { file, line: 0, column: 0, message };
}

/**
 * A finding about a place in a file.
 *
 * @param at index of the place in the text
 */
export function findingAt({ file, text }: Source, at: number, message: string): PolicyFinding {
  return { file, ...positionOf(text, at), message };
}

/** An error of the engine with its place, label and help, in one line. */
export function findingOfError(source: Source, error: DetailedError): PolicyFinding {
  const { message, help, sourceLocations } = error;
  const [location] = sourceLocations ?? [];
  const parts = [
    message
      .replace(/^for policy `policy\d+`, /, '')
      .replace(/ in context for Action::"\w+"/, ' of the context')
      .replace(/^failed to parse .* from string: /, ''),
    location?.label,
    help,
  ];
  const text = parts.filter(Boolean).join('; ').replaceAll(/\s+/g, ' ');
  if (location === undefined) return findingOfFile(source.file, text);
  return findingAt(source, characterAt(source.text, location.start), text);
}

/** Line and column of a place in a text, each from 1. */
export function positionOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
}

/** Sorts by place, then by message. The order of the engine changes from run to run. */
export function byPlace(a: PolicyFinding, b: PolicyFinding): number {
  return a.line - b.line || a.column - b.column || a.message.localeCompare(b.message, 'en');
}

// Cedar counts bytes of UTF-8.
function characterAt(text: string, byte: number): number {
  return Buffer.from(text).subarray(0, byte).toString().length;
}
