import net from 'node:net';
import { TokenVendingError } from './token-vending-error.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy, and the hosts that are reached without it. */
export interface NamedProxy {
  readonly url: URL;
  /** What authenticates at the proxy. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the proxy is used for this host and port; IPv6 without brackets. */
  serves(host: string, port: number): boolean;
}

/**
 * The proxy that `HTTPS_PROXY` or `HTTP_PROXY` names, except for the hosts of `NO_PROXY`. The same
 * names in lower case come first, as in curl.
 *
 * `NO_PROXY` is a list of host names with all their subdomains, `*.` or `.` before a name for the
 * subdomains alone, addresses, and ranges such as `10.0.0.0/8`, each with a port if only that is
 * meant; `*` for every host.
 *
 * @param scheme of the requests
 * @returns `undefined` if the environment names none
 * @throws {@link TokenVendingError} `proxy_invalid`
 */
export function findProxy(
  scheme: 'http' | 'https',
  environment: Environment,
): NamedProxy | undefined {
  const names = [`${scheme}_proxy`, `${scheme.toUpperCase()}_PROXY`];
  const variable = names.find((name) => environment[name]);
  if (variable === undefined) return undefined;
  const url = parseProxyUrl(variable, environment[variable] as string);
  const excluded = (environment['no_proxy'] || environment['NO_PROXY'] || '').toLowerCase();
  const entries = excluded.split(/[\s,]+/).filter(Boolean);
  return {
    url,
    headers: authenticate(url),
    serves: (host, port) => !entries.some((entry) => matches(entry, host.toLowerCase(), port)),
  };
}

function parseProxyUrl(variable: string, text: string): URL {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' && decodes(url))
    return url;
  // The text may contain a password.
  throw new TokenVendingError('proxy_invalid', {
    says: `${variable} is not the URL of a proxy: it must be an http or https URL.`,
  });
}

function authenticate({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(user).toString('base64')}` };
}

function decodes({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

function matches(entry: string, host: string, port: number): boolean {
  if (entry === '*') return true;
  const [, bracketed, named, onlyPort] =
    /^(?:\[([^\]]+)\]|([^:]*|[^/]*:[^/]*:.*))(?::(\d+))?$/.exec(entry) ?? [];
  const pattern = bracketed ?? named ?? entry;
  if (onlyPort !== undefined && Number(onlyPort) !== port) return false;
  if (net.isIP(host) !== 0) return matchesAddress(pattern, host);
  if (/^\*?\./.test(pattern)) return host.endsWith(pattern.replace(/^\*/, ''));
  return host === pattern || (pattern !== '' && host.endsWith(`.${pattern}`));
}

function matchesAddress(pattern: string, host: string): boolean {
  const [address = '', length] = pattern.split('/');
  const family = net.isIP(address);
  if (family === 0) return false;
  const bits = Number(length ?? (family === 4 ? 32 : 128));
  if (!(Number.isInteger(bits) && bits >= 0 && bits <= (family === 4 ? 32 : 128))) return false;
  const range = new net.BlockList();
  range.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6');
  return range.check(host, net.isIP(host) === 4 ? 'ipv4' : 'ipv6');
}
