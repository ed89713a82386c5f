import { afterAll, beforeAll, describe, it, jest } from '@jest/globals';
import { playRow } from '../support/dialects/dialect-row.ts';
import { type ScriptedServer, startScriptedServer } from '../support/dialects/scripted-server.ts';
import { AUDIENCE_ROWS } from './dialects/audience-rows.ts';
import { BODY_ROWS } from './dialects/body-rows.ts';
import { CLAIM_ROWS } from './dialects/claim-rows.ts';
import { CLIENT_REFUSAL_ROWS } from './dialects/client-refusal-rows.ts';
import { ERROR_ROWS } from './dialects/error-rows.ts';
import { KEY_ROTATION_ROWS } from './dialects/key-rotation-rows.ts';
import { KEY_SET_ROWS } from './dialects/key-set-rows.ts';
import { LIFETIME_ROWS } from './dialects/lifetime-rows.ts';
import { METADATA_MEMBER_ROWS } from './dialects/metadata-member-rows.ts';
import { METADATA_ROWS } from './dialects/metadata-rows.ts';
import { PAGE_ROWS } from './dialects/page-rows.ts';
import { REQUEST_ROWS } from './dialects/request-rows.ts';
import { SCOPE_ROWS } from './dialects/scope-rows.ts';
import { TOKEN_RESPONSE_ROWS } from './dialects/token-response-rows.ts';
import { VENDED_TOKEN_ROWS } from './dialects/vended-token-rows.ts';
import { VERIFICATION_ROWS } from './dialects/verification-rows.ts';

const lines: string[] = [];
jest.unstable_mockModule('../../lib/metrics/print-line.ts', () => ({
  printLine: (line: string) => lines.push(line),
}));
const { reportError } = await import('../../lib/metrics/report-error.ts');

let server: ScriptedServer;

beforeAll(async () => {
  server = await startScriptedServer();
});
afterAll(async () => {
  await server.close();
});

describe.each([
  ['token responses of', [...TOKEN_RESPONSE_ROWS, ...SCOPE_ROWS, ...BODY_ROWS]],
  ['tokens of', [...CLAIM_ROWS, ...VERIFICATION_ROWS, ...AUDIENCE_ROWS]],
  ['errors of', [...CLIENT_REFUSAL_ROWS, ...ERROR_ROWS, ...PAGE_ROWS]],
  ['metadata of', [...METADATA_ROWS, ...METADATA_MEMBER_ROWS]],
  ['keys of', [...KEY_SET_ROWS, ...KEY_ROTATION_ROWS]],
  ['requests to', REQUEST_ROWS],
  ['lifetimes of tokens of', LIFETIME_ROWS],
  ['introspection, revocation and records of tokens of', VENDED_TOKEN_ROWS],
])('%s a server', (_part, rows) => {
  it.each(rows.map((row) => [row.server, row] as const))('that %s', async (_server, row) => {
    await playRow(server, row, { reportError, lines });
  });
});
