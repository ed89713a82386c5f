import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import net from 'node:net';
import type { NamedProxy } from '../../client/proxy.ts';
import { openTunnel } from '../../client/proxy-agent.ts';
import { TransportError } from '../../lib/http/transport-error.ts';
import { leaveOnAbort } from '../../lib/time/leave-on-abort.ts';
import { CLIENT_ATTEMPT_TIMEOUT } from '../../lib/time/time-budget.ts';
import type { Evidence } from './evidence.ts';
import { asTokenVendingError, type Finding, failed, failedWith, passed } from './finding.ts';
import { hostOf, portOf } from './url-parts.ts';

/** Checks that the URL of the endpoint and that of a proxy are valid, and the region is known. */
export function checkEndpoint({ subject, endpoint, proxy }: Evidence): Finding {
  try {
    const { url, region, service } = endpoint();
    proxy();
    return passed(`${url} (${service} in ${region})`);
  } catch (thrown) {
    const error = asTokenVendingError(thrown);
    const missing = error.code === 'endpoint_invalid' && !subject.connection.endpoint;
    return missing ? failed('No endpoint was given.', error.advice, error) : failedWith(error);
  }
}

/** Checks that the host of the endpoint has an address. */
export async function checkHostName({ endpoint, proxy }: Evidence): Promise<Finding> {
  const host = hostOf(endpoint().url);
  if (proxy() !== undefined) return passed('the proxy looks it up');
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

/** Checks that a TCP connection to the endpoint can be opened, through the proxy if there is one. */
export async function checkConnection(evidence: Evidence): Promise<Finding> {
  const { subject, endpoint } = evidence;
  const { url } = endpoint();
  const [host, port] = [hostOf(url), portOf(url)];
  const proxy = evidence.proxy();
  if (proxy !== undefined) return await checkTunnel(proxy, evidence);
  const socket = net.connect({ host, port });
  try {
    await once(socket, 'connect', { signal: attemptSignal(subject) });
    return passed(`to port ${port}`);
  } catch (error) {
    subject.signal.throwIfAborted();
    const code = String((error as NodeJS.ErrnoException).code);
    return failed(
      `${host} ${REASONS[code] ?? 'does not respond'} on port ${port}.`,
      'Check the port, and the firewall between this machine and the endpoint. If a proxy is needed here, set HTTPS_PROXY.',
      { code: 'endpoint_unreachable' },
    );
  } finally {
    socket.destroy();
  }
}

async function checkTunnel(proxy: NamedProxy, { subject, endpoint }: Evidence): Promise<Finding> {
  const { url } = endpoint();
  const port = portOf(url);
  const { host } = proxy.url;
  try {
    const tunnel = openTunnel(proxy, hostOf(url), port);
    (await leaveOnAbort(tunnel, attemptSignal(subject))).destroy();
    return passed(`to port ${port} through the proxy ${host}`);
  } catch (error) {
    subject.signal.throwIfAborted();
    const why = error instanceof TransportError ? error.detail : 'no response';
    return failed(
      `The proxy ${host} opened no connection to ${hostOf(url)} on port ${port} (${why}).`,
      'Check HTTPS_PROXY, and the user name and password in it. NO_PROXY names hosts that are reached without it.',
      { code: 'endpoint_unreachable' },
    );
  }
}

/** Aborts if the user interrupts, or if an attempt times out. */
export function attemptSignal({ signal, connection }: Evidence['subject']): AbortSignal {
  return AbortSignal.any([
    signal,
    AbortSignal.timeout(connection.timeout ?? CLIENT_ATTEMPT_TIMEOUT),
  ]);
}
