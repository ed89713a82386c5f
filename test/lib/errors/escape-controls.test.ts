import { describe, expect, it } from '@jest/globals';
import { escapeControls } from '../../../lib/errors/escape-controls.ts';

const HOSTILE = [
  'clears the screen: \u001b[2J\u001b[H',
  'writes the clipboard: \u001b]52;c;ZWNobw==\u0007',
  'one byte CSI: \u009b2J',
  'overwrites the line: \rwhole and unaltered',
  'turns the order: \u202egnp.exe',
  'separates lines: \u2028forged',
  'hides: \u200b\u2060\u{e0041}',
  'ends a string: \u0000 \u007f',
  'is half a character: \ud800',
];

describe('a text from outside, on a terminal', () => {
  it.each(HOSTILE)('%j has no control character left', (text) => {
    expect(escapeControls(text)).toMatch(/^[^\p{C}\u2028\u2029]*$/u);
  });

  it.each(HOSTILE)('%j stays the same in JSON', (text) => {
    const json = JSON.stringify({ [text]: [text] });
    expect(JSON.parse(escapeControls(json))).toEqual({ [text]: [text] });
    expect(escapeControls(json)).toMatch(/^[^\p{C}\u2028\u2029]*$/u);
  });

  it('shows what it was', () => {
    expect(escapeControls('a\u001bb\u{e0041}c')).toBe('a\\u001bb\\udb40\\udc41c');
  });

  it('keeps line ends, tabs, letters of any language and the rest', () => {
    expect(escapeControls('ä 日本 "\\\n\t{}')).toBe('ä 日本 "\\\n\t{}');
  });
});
