import { createHash } from 'node:crypto';
import process from 'node:process';
import { styleText } from 'node:util';
import type { VendedToken } from '../lib/http/wire.ts';

type Format = Parameters<typeof styleText>[0];
export const paint = (format: Format, text: string) =>
  process.stdout.isTTY ? styleText(format, text) : text;
export const say = (line = '') => void process.stdout.write(`${line}\n`);
export const fact = (name: string, value: string) =>
  say(`   ${paint('dim', name.padEnd(12))} ${value}`);

let chapter = 0;
/** Begins a chapter. */
export function title(text: string): void {
  chapter += 1;
  say();
  say(paint('bold', `${chapter}. ${text}`));
}

// Stages overlap: the function stores a record while it reads metadata, and reads keys while it
// requests the token. So the sum of the stages is not the total.
export function showTiming(serverTiming: string): void {
  const times = [...serverTiming.matchAll(/(\w+);dur=([\d.]+)/g)];
  const of = (wanted: boolean) =>
    times
      .filter(([, name]) => (name === 'total') === wanted)
      .map(([, name, duration]) => (wanted ? `${duration} ms` : `${name} ${duration} ms`))
      .join(', ');
  fact('total', of(true));
  fact('stages', `${of(false)} (stages can overlap)`);
}

/** Shows what a token is, never the token. */
export function show(token: VendedToken): void {
  const claims = JSON.parse(
    Buffer.from(token.access_token.split('.')[1] ?? '', 'base64url').toString(),
  );
  fact(
    'token',
    `SHA-256 ${createHash('sha256').update(token.access_token).digest('hex').slice(0, 16)}..., expires in ${token.expires_in} s, ${paint('green', token.source)}`,
  );
  fact('claims', `aud ${claims.aud}, scope ${claims.scope ?? '-'}, client_id ${claims.client_id}`);
  fact('mint', token.mint_id);
  fact('vend', token.vend_id);
}
