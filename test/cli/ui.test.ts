import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { openUi, showError } from '../../cli/ui.ts';

function open(color: boolean) {
  const written = { out: '', err: '' };
  const stream = (name: 'out' | 'err') => {
    const made = new PassThrough();
    made.on('data', (chunk) => (written[name] += chunk));
    return Object.assign(made, { isTTY: true }) as unknown as NodeJS.WriteStream;
  };
  const ui = openUi({ stdout: stream('out'), stderr: stream('err'), color, quiet: false });
  return { ui, written };
}

const HOSTILE = 'a\u001b[2Jb\u009bc\u202ed';
const SHOWN = 'a\\u001b[2Jb\\u009bc\\u202ed';

describe('output of the command line', () => {
  it('has no control character of a record, a key or a server', () => {
    const { ui, written } = open(true);
    ui.out(HOSTILE);
    ui.err(HOSTILE);
    expect(written).toEqual({ out: `${SHOWN}\n`, err: `${SHOWN}\n` });
  });

  it('escapes them in JSON', () => {
    const { ui, written } = open(false);
    ui.out(JSON.stringify({ user: HOSTILE }));
    expect(written.out).toBe(`{"user":"${SHOWN}"}\n`);
    expect(JSON.parse(written.out)).toEqual({ user: HOSTILE });
  });

  it('keeps its own styles, and only those', () => {
    const { ui, written } = open(true);
    ui.err(`${ui.red('no')} ${ui.bold(HOSTILE)} ${ui.green('✓')} ${ui.dim('-')}`);
    expect(written.err).toBe(
      `\u001b[31mno\u001b[39m \u001b[1m${SHOWN}\u001b[22m \u001b[32m✓\u001b[39m \u001b[2m-\u001b[22m\n`,
    );
  });

  it.each([true, false])('escapes a style that a text brings along (colour: %s)', (color) => {
    const { ui, written } = open(color);
    ui.err('\u001b[2mhidden\u001b[31m');
    expect(written.err).toBe('\\u001b[2mhidden\\u001b[31m\n');
  });

  it('lets no text begin a line of its own', () => {
    const { ui, written } = open(true);
    ui.out('v1/a\nEvery chain is consistent.json: unreadable');
    expect(written.out).toBe('v1/a\\nEvery chain is consistent.json: unreadable\n');
  });

  it('escapes them in errors, as text and as JSON', () => {
    const lines: string[] = [];
    const error = { code: 'internal', message: HOSTILE, advice: HOSTILE, requestId: HOSTILE };
    showError((line) => lines.push(line), error, false);
    showError((line) => lines.push(line), error, true);
    expect(lines.join('')).toMatch(/^\P{C}*$/u);
    expect(JSON.parse(lines.at(-1) ?? '').error.message).toBe(HOSTILE);
  });
});
