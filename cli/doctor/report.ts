import { printable } from '../../lib/errors/printable.ts';
import type { Ui } from '../ui.ts';
import type { Examined } from './examine.ts';
import { firstFailed } from './examine.ts';
import type { Finding } from './finding.ts';

const MARKS = { pass: '✓', warn: '!', fail: '✗', not_run: '–' } as const;
const COLORS = { pass: 'green', warn: 'yellow', fail: 'red', not_run: 'dim' } as const;
const TITLE_WIDTH = 14;
const NARROW = 60;

/** The layout: on a terminal its width and colour, else one line for each text. */
export interface Page {
  /** Columns; infinite if the output is a file or a pipe. */
  readonly width: number;
  /** Absent without colour. */
  readonly style?: Pick<Ui, (typeof COLORS)[keyof typeof COLORS]> | undefined;
}

/** Mark, title and detail of one check, and the remedy if it failed. */
export function formatFinding({ check, finding }: Examined, page: Page): string[] {
  const { result, detail, remedy, code, requestId } = finding;
  const indent = page.width < NARROW ? 2 : TITLE_WIDTH + 2;
  const head = `${MARKS[result]} ${check.title.padEnd(indent > 2 ? TITLE_WIDTH : 0)}`;
  const notes = [
    ...(code === undefined ? [] : [code]),
    ...(requestId === undefined ? [] : [`request_id ${requestId}`]),
  ];
  const reason = notes.length > 0 ? `${detail} (${notes.join(', ')})` : detail;
  const [first = '', ...rest] = wrap(printable(reason), page.width - indent);
  const remedies = wrap(`→ ${printable(remedy ?? '')}`, page.width - indent);
  const below = [...rest, ...(remedy === undefined ? [] : remedies)];
  const lines = indent > 2 ? [`${head}${first}`] : [head, `  ${first}`];
  return [
    ...lines.map((line) => paint(line, result, page)),
    ...below.map((line) => `${' '.repeat(indent)}${line}`),
  ];
}

function paint(line: string, result: Finding['result'], { style }: Page): string {
  if (style === undefined || !line.startsWith(MARKS[result])) return line;
  return `${style[COLORS[result]](MARKS[result])}${line.slice(1)}`;
}

/** The outcome in one sentence. */
export function formatOutcome(examined: readonly Examined[]): string {
  const first = firstFailed(examined);
  return first === undefined
    ? 'No check failed.'
    : `Fix first: ${first.title} (exit code ${first.exitCode}).`;
}

/** Wraps whole words into lines of at most `width`. Only a longer word makes a longer line. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
