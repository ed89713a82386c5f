import { execFile } from 'node:child_process';
import net, { type AddressInfo } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const program = fileURLToPath(new URL('../../cli/token-vending.ts', import.meta.url));
const SWITCH = 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n';

let server: net.Server;
let url: string;

beforeAll(async () => {
  server = net.createServer((socket) => {
    socket.on('error', () => undefined).once('data', () => socket.write(SWITCH));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** Runs the command as a process, with AWS at the hostile server. */
async function run(...argv: string[]) {
  const env = {
    PATH: process.env['PATH'],
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'LOCALKEY',
    AWS_SECRET_ACCESS_KEY: 'fake',
    AWS_ENDPOINT_URL: url,
    TOKEN_VENDING_ENDPOINT: url,
    TOKEN_VENDING_LOCAL: 'true',
  };
  return await new Promise<{ code: unknown; stderr: string; stdout: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--no-warnings', program, ...argv],
      { env },
      (error, stdout, stderr) => resolve({ code: error?.code, stdout, stderr }),
    );
  });
}

describe('a command whose server switches protocols', () => {
  it.each([
    ['audit verify', ['audit', 'verify', 's3://example-audit/token-vending'], 6],
    ['whoami', ['whoami'], 5],
  ])('ends with an exit code of its own and a text: %s', async (_what, argv, code) => {
    const ended = await run(...argv, '--json');
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: expect.anything() });
  });
});
