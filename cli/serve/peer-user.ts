import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import process from 'node:process';

/** The two ends of a TCP connection over IPv4, as a socket has them; undefined once it is closed. */
export interface Connection {
  readonly localAddress?: string | undefined;
  readonly localPort?: number | undefined;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * Whether the other end of a loopback connection belongs to another user, as far as the platform tells: Linux does, in
 * /proc/net/tcp (proc(5)); elsewhere the answer is no, and the client secret alone decides.
 *
 * @param readTables text of the kernel's tables; empty where there are none
 * @param own user id of this process; undefined on Windows, which has no tables either
 */
export async function isOtherUser(
  { localAddress, localPort, remoteAddress, remotePort }: Connection,
  readTables: () => Promise<string> = readKernelTables,
  own: number | undefined = process.geteuid?.(),
): Promise<boolean> {
  const here = toKernelAddress(localAddress, localPort);
  const there = toKernelAddress(remoteAddress, remotePort);
  // A table is not read at one instant: what is missing from the first reading may be in the second.
  for (let reading = 0; reading < 2; reading += 1) {
    const rows = (await readTables()).split('\n').map((row) => row.trim().split(/\s+/));
    const findUser = (from: string, to: string) =>
      rows.find(([, local, remote]) => endsWith(local, from) && endsWith(remote, to))?.[7];
    const user = findUser(there, here);
    if (user !== undefined) return Number(user) !== own;
    // A table that does not even have our own end, such as under WSL 1, tells nothing.
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

// `0100007F:1F90` is 127.0.0.1:8080: the address in the byte order of the machine, the port in that of people.
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
