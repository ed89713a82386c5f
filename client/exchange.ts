import http from 'node:http';
import https from 'node:https';
import { TokenVendingError } from './token-vending-error.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one signed request. Replaceable, for tests. */
export type Exchange = (
  url: URL,
  request: { method: string; headers: Record<string, string>; body: string; signal: AbortSignal },
) => Promise<Answer>;

/** No answer of the endpoint is larger than some KiB. */
const ANSWER_LIMIT = 64 * 1024;

/**
 * HTTP over a pool of kept-alive connections, TLS 1.2 or higher, no redirects, answers of at most 64 KiB.
 *
 * @param answerLimit in bytes, for servers whose answers are larger
 * @param environment names proxies (`HTTPS_PROXY`, `NO_PROXY`), which Node.js follows from 24.5 on
 * @throws {@link TokenVendingError} `endpoint_unreachable`, `tls_failed`, `answer_invalid`; the `reason` of the signal
 */
export function openExchange(
  environment: Readonly<Record<string, string | undefined>> = {},
  answerLimit: number = ANSWER_LIMIT,
): Exchange {
  const options = { keepAlive: true, proxyEnv: environment };
  const secure = new https.Agent({ ...options, minVersion: 'TLSv1.2' });
  const plain = new http.Agent(options);
  return async (url, { method, headers, body, signal }) => {
    try {
      const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
      const isSecure = url.protocol === 'https:';
      const options = { method, headers, signal, agent: isSecure ? secure : plain };
      (isSecure ? https : http).request(url, options, resolve).on('error', reject).end(body);
      const message = await promise;
      return {
        status: message.statusCode ?? 0,
        headers: flatten(message.headers),
        body: await read(message, answerLimit),
      };
    } catch (error) {
      throw signal.aborted ? signal.reason : translate(error);
    }
  };
}

async function read(message: http.IncomingMessage, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw new TokenVendingError('answer_invalid');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function flatten(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function translate(error: unknown): TokenVendingError {
  if (error instanceof TokenVendingError) return error;
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  const isTls = /CERT|^ERR_TLS|^UNABLE_TO|ISSUER|EPROTO|SSL/.test(code);
  return new TokenVendingError(isTls ? 'tls_failed' : 'endpoint_unreachable', { cause: error });
}
