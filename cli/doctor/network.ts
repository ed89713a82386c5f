import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import net from 'node:net';
import { CLIENT_ATTEMPT_TIMEOUT } from '../../lib/time/time-budget.ts';
import type { Evidence } from './evidence.ts';
import { asTokenVendingError, type Finding, failed, failedWith, passed } from './finding.ts';

/** Checks that the URL of the endpoint is valid and its region is known. */
export function checkEndpoint({ subject, endpoint }: Evidence): Finding {
  try {
    const { url, region, service } = endpoint();
    return passed(`${url} (${service} in ${region})`);
  } catch (thrown) {
    const error = asTokenVendingError(thrown);
    const missing = error.code === 'endpoint_invalid' && !subject.connection.endpoint;
    return missing ? failed('No endpoint was given.', error.advice, error) : failedWith(error);
  }
}

/** Checks that the host of the endpoint has an address. */
export async function checkHostName({ endpoint }: Evidence): Promise<Finding> {
  const host = hostOf(endpoint().url);
  if (net.isIP(host) !== 0) return passed('the host is an address: no name to look up');
  try {
    const addresses = await lookup(host, { all: true });
    return passed(`${host} is ${addresses.map(({ address }) => address).join(', ')}`);
  } catch {
    return failed(
      `${host} has no address here.`,
      'Check the URL for a typing error. If the URL is correct, check the DNS of this machine or its network (VPN, private zone).',
      { code: 'endpoint_unreachable' },
    );
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ECONNRESET: 'resets connections',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
};

/** Checks that a TCP connection to the endpoint can be opened. */
export async function checkConnection({ subject, endpoint }: Evidence): Promise<Finding> {
  const { url } = endpoint();
  const [host, port] = [hostOf(url), portOf(url)];
  const socket = net.connect({ host, port });
  try {
    await once(socket, 'connect', { signal: attemptSignal(subject) });
    return passed(`to port ${port}`);
  } catch (error) {
    subject.signal.throwIfAborted();
    const code = String((error as NodeJS.ErrnoException).code);
    return failed(
      `${host} ${REASONS[code] ?? 'does not respond'} on port ${port}.`,
      `Check the port, and the firewall between this machine and the endpoint.${proxyRemark(subject.environment)}`,
      { code: 'endpoint_unreachable' },
    );
  } finally {
    socket.destroy();
  }
}

function proxyRemark(environment: Readonly<Record<string, string | undefined>>): string {
  const name = ['HTTPS_PROXY', 'https_proxy'].find((variable) => environment[variable]);
  return name === undefined
    ? ''
    : ` ${name} is set, but this command line connects without a proxy.`;
}

/** Aborts if the user interrupts, or if an attempt times out. */
export function attemptSignal({ signal, connection }: Evidence['subject']): AbortSignal {
  return AbortSignal.any([
    signal,
    AbortSignal.timeout(connection.timeout ?? CLIENT_ATTEMPT_TIMEOUT),
  ]);
}

/** Without the brackets of an IPv6 address. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

export function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}
