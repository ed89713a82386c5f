import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { openTunnel } from '../../client/proxy-agent.ts';
import type { Evidence } from './evidence.ts';
import { type Finding, failed, notRun, passed } from './finding.ts';
import { attemptSignal } from './network.ts';
import { hostOf, portOf } from './url-parts.ts';

/** Checks for TLS 1.2 or higher, with a certificate for this host from a trusted authority. */
export async function checkTls({
  subject,
  endpoint,
  proxy: findProxy,
}: Evidence): Promise<Finding> {
  const { url } = endpoint();
  if (url.startsWith('http:')) return notRun('plain http, to loopback');
  const host = hostOf(url);
  const proxy = findProxy();
  const tunnel = proxy && (await openTunnel(proxy, host, portOf(url)));
  const socket = tls.connect({
    ...(tunnel === undefined ? { host, port: portOf(url) } : { host, socket: tunnel }),
    minVersion: 'TLSv1.2',
    // RFC 6066 section 3: no addresses in server_name.
    ...(net.isIP(host) === 0 ? { servername: host } : {}),
  });
  try {
    await once(socket, 'secureConnect', { signal: attemptSignal(subject) });
    return passed(`${socket.getProtocol()}, ${describeCertificate(socket)}`);
  } catch (error) {
    subject.signal.throwIfAborted();
    const code = String((error as NodeJS.ErrnoException).code);
    const { what, remedy } = explain(code);
    return failed(`${what} (${code}).`, remedy, { code: 'tls_failed' });
  } finally {
    socket.destroy();
  }
}

function describeCertificate(socket: tls.TLSSocket): string {
  const { issuer, valid_to } = socket.getPeerCertificate();
  const until = new Date(valid_to).toISOString().slice(0, 10);
  return `certificate by ${[issuer.O ?? issuer.CN].flat()[0]} until ${until}`;
}

const INSPECTED =
  'If a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file of its CA certificate. If there is no proxy, this is not the endpoint: do not continue.';

const explanations: readonly { codes: RegExp; what: string; remedy: string }[] = [
  {
    codes: /SELF_SIGNED|UNABLE_TO|ISSUER/,
    what: 'No trusted certificate authority issued the certificate',
    remedy: INSPECTED,
  },
  {
    codes: /ALTNAME/,
    what: 'The certificate is for another host',
    remedy: 'Check the host of the URL and its name resolution.',
  },
  {
    codes: /EXPIRED|NOT_YET_VALID/,
    what: 'The certificate is not valid at this time',
    remedy: 'Check the clock of this machine. If it is correct, have the certificate renewed.',
  },
  {
    codes: /EPROTO|SSL|PROTOCOL/,
    what: 'The server does not support TLS 1.2 or higher',
    remedy:
      'Check the scheme and port of the URL, and any proxy between this machine and the endpoint.',
  },
];

function explain(code: string): { what: string; remedy: string } {
  return (
    explanations.find(({ codes }) => codes.test(code)) ?? {
      what: 'The connection ended before TLS was set up',
      remedy:
        'Check the port of the URL, and any firewall or proxy between this machine and the endpoint.',
    }
  );
}
