import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { endianness } from 'node:os';
import process from 'node:process';
import { describe, expect, it } from '@jest/globals';
import { isOtherUser } from '../../../cli/serve/peer-user.ts';

const LOOPBACK = endianness() === 'LE' ? '0100007F' : '7F000001';
const MAPPED = `0000000000000000FFFF0000${LOOPBACK}`;
const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const connection = {
  localAddress: '127.0.0.1',
  localPort: 8400,
  remoteAddress: '127.0.0.1',
  remotePort: 51_966,
};
const row = (from: string, to: string, user: number) =>
  `   0: ${from} ${to} 01 00000000:00000000 00:00000000 00000000  ${user}        0 12345 1 0000000000000000 20 4 0 10 -1\n`;
const ours = row(`${LOOPBACK}:20D0`, `${LOOPBACK}:CAFE`, 1000);
const theirs = (user: number) => row(`${LOOPBACK}:CAFE`, `${LOOPBACK}:20D0`, user);

describe('the user at the other end of a connection', () => {
  it.each([
    ['is the same one', HEADER + ours + theirs(1000), false],
    ['is another', HEADER + ours + theirs(1001), true],
    ['is root', HEADER + ours + theirs(0), true],
    [
      'is the same one with an IPv6 socket',
      ours + row(`${MAPPED}:CAFE`, `${MAPPED}:20D0`, 1000),
      false,
    ],
    ['is another with an IPv6 socket', ours + row(`${MAPPED}:CAFE`, `${MAPPED}:20D0`, 1001), true],
    ['is nowhere in a table that has our end', HEADER + ours, true],
    ['is not to be told from an empty table', '', false],
    [
      'is not that of another connection',
      HEADER + row(`${LOOPBACK}:CAFF`, `${LOOPBACK}:20D0`, 1001),
      false,
    ],
  ])('%s', async (_what, table, expected) => {
    expect(await isOtherUser(connection, async () => table, 1000)).toBe(expected);
  });

  it('is read again if the table changed during the first reading', async () => {
    const tables = [HEADER + ours, HEADER + ours + theirs(1000)];
    expect(await isOtherUser(connection, async () => tables.shift() ?? '', 1000)).toBe(false);
  });

  it('is the own user for a connection of this process', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = (await once(server, 'connection')) as [net.Socket];
    expect(await isOtherUser(socket)).toBe(false);
    if (process.platform === 'linux')
      expect(await isOtherUser(socket, undefined, (process.geteuid?.() ?? 0) + 1)).toBe(true);
    client.destroy();
    server.close();
  });
});
