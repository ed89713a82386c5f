import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { escapeControls } from '../lib/errors/escape-controls.ts';
import { printable } from '../lib/errors/printable.ts';
import type { CommandError } from './command-error.ts';

/** Where a command writes: results to `out`, everything else to `err`. */
export interface Ui {
  /** One line of result. */
  out(line: string): void;
  /** One line of anything else. A line end in a line is escaped, as every control character is. */
  err(line: string): void;
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  /** Shows a number at most four times a second, on a terminal only; 0 removes it. */
  counter(label: string): (number: number) => void;
  /** Shows `label` while `work` takes longer than a second, on a terminal only. */
  progress<T>(label: string, work: Promise<T>): Promise<T>;
}

export interface UiStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** False with `--no-color` or `NO_COLOR`. */
  readonly color: boolean;
  readonly quiet: boolean;
}

export function openUi({ stdout, stderr, color, quiet }: UiStreams): Ui {
  // Stands for the escape character of our own styles. No text from outside can contain it.
  const mark = randomUUID();
  const style = (format: 'bold' | 'dim' | 'green' | 'red' | 'yellow') => (text: string) => {
    const [start, end] = inspect.colors[format] as [number, number];
    return color && stderr.isTTY ? `${mark}[${start}m${text}${mark}[${end}m` : text;
  };
  const shown = (line: string) => escapeLine(line).replaceAll(mark, '\u001b');
  return {
    out: (line) => void stdout.write(`${shown(line)}\n`),
    err: (line) => void (quiet || stderr.write(`${shown(line)}\n`)),
    bold: style('bold'),
    dim: style('dim'),
    green: style('green'),
    red: style('red'),
    yellow: style('yellow'),
    counter(label) {
      if (quiet || !stderr.isTTY) return () => undefined;
      let shown = 0;
      return (number) => {
        if (number === 0) stderr.write(`\r${' '.repeat(40)}\r`);
        if (number === 0 || Date.now() - shown < 250) return;
        shown = Date.now();
        stderr.write(`\r${number.toLocaleString('en-US')} ${label} ...`);
      };
    },
    async progress(label, work) {
      if (quiet || !stderr.isTTY) return await work;
      const timer = setTimeout(() => stderr.write(`\r${label} ...`), 1_000);
      try {
        return await work;
      } finally {
        clearTimeout(timer);
        stderr.write(`\r${' '.repeat(label.length + 4)}\r`);
      }
    },
  };
}

// A line end in a text from outside would begin a line that looks like one of ours.
function escapeLine(line: string): string {
  return escapeControls(line).replaceAll('\n', '\\n');
}

/** The parts of an error that are shown. */
export interface ShownError {
  readonly code: string;
  readonly message: string;
  readonly advice: string;
  readonly requestId?: string | undefined;
  readonly retryAfter?: number | undefined;
}

/** Shows an error: what happened, what to do, and the request id. With `json` it writes one JSON object. */
export function showError(write: (line: string) => void, error: ShownError, json: boolean): void {
  const { code, message, advice, requestId, retryAfter } = error;
  if (json) {
    write(
      escapeControls(
        JSON.stringify({
          error: { code, message, advice, request_id: requestId, retry_after: retryAfter },
        }),
      ),
    );
    return;
  }
  // The texts are those of the endpoint, or of whatever responds in its place.
  write(printable(`token-vending: ${message} (${code})`));
  if (advice !== '') write(`  ${printable(advice)}`);
  if (requestId !== undefined) write(`  request_id: ${printable(requestId)}`);
}

/** Shows an error of the command itself, in the same shape. */
export function showCommandError(
  write: (line: string) => void,
  { message, exitCode }: CommandError,
  json: boolean,
): void {
  if (json)
    write(
      escapeControls(
        JSON.stringify({ error: { code: 'command_failed', message, exit_code: exitCode } }),
      ),
    );
  else write(escapeControls(`token-vending: ${message}`));
}
