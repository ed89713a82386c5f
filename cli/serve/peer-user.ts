import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import process from 'node:process';

/** The two ends of a TCP connection over IPv4, as a socket states them; undefined after it is closed. */
export interface Connection {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * Whether the other end of a loopback connection belongs to another user. Linux states the user in /proc/net/tcp (proc(5)).
 * On other platforms the result is false, and only the client secret protects the endpoint.
 *
 * @param readTables text of the kernel's tables; empty if there are none
 * @param own user id of this process; undefined on Windows, which has no such tables
 */
export async function isOtherUser(
  { localAddress, localPort, remoteAddress, remotePort }: Connection,
  readTables: () => Promise<string> = readKernelTables,
  own: number | undefined = process.geteuid?.(),
): Promise<boolean> {
  const here = toKernelAddress(localAddress, localPort);
  const there = toKernelAddress(remoteAddress, remotePort);
  // The kernel does not read a table atomically: a row that the first reading lacks may be in the second.
  for (let reading = 0; reading < 2; reading += 1) {
    const rows = (await readTables()).split('\n').map((row) => row.trim().split(/\s+/));
    const findUser = (from: string, to: string) =>
      rows.find(([, local, remote]) => endsWith(local, from) && endsWith(remote, to))?.[7];
    const user = findUser(there, here);
    if (user !== undefined) return Number(user) !== own;
    // A table without our own end, such as under WSL 1, is not usable.
    if (findUser(here, there) === undefined) return false;
  }
  return true;
}

async function readKernelTables(): Promise<string> {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'];
  return (await Promise.all(tables.map((table) => readFile(table, 'utf8').catch(() => '')))).join(
    '',
  );
}

// `0100007F:1F90` is 127.0.0.1:8080: the address in the byte order of the machine, the port as a number.
function toKernelAddress(address = '', port = 0): string {
  const bytes = address.split('.').map((byte) => hex(Number(byte), 2));
  if (endianness() === 'LE') bytes.reverse();
  return `${bytes.join('')}:${hex(port, 4)}`;
}

function hex(number: number, length: number): string {
  return number.toString(16).toUpperCase().padStart(length, '0');
}

// A client with an IPv6 socket has the IPv4 address at the end of a longer one.
function endsWith(address: string | undefined, end: string): boolean {
  return address?.endsWith(end) ?? false;
}
