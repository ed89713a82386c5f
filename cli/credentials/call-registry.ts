import { openProxies } from '../../client/proxy-agent.ts';
import { RegistryClient } from '../../client/registry-client.ts';
import { TokenVendingError } from '../../client/token-vending-error.ts';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../../lib/credential/id.ts';
import { errorTable } from '../../lib/errors/error-table.ts';
import { type HttpsTransport, openHttpsTransport } from '../../lib/http/https-transport.ts';
import { ENDPOINT_RESPONSE_LIMIT } from '../../lib/http/size-limits.ts';
import { CommandError } from '../command-error.ts';
import { connectionFor, type GlobalOptions, type Surroundings } from '../global-options.ts';

/**
 * Runs `work` with the registry of the deployment, and says of an error what became of a change: that
 * it may have been carried out all the same, or that another one stands.
 *
 * @throws CommandError 2 if `credential` is not a credential id; 130 if an interrupt left a change
 *   without a response; TokenVendingError any code
 */
export async function callRegistry<T>(
  credential: string,
  options: GlobalOptions,
  surroundings: Surroundings,
  work: (registry: RegistryClient) => Promise<T>,
): Promise<T> {
  if (findCredentialId(credential) === undefined)
    throw new CommandError(2, `${credential} is not a credential: it ${CREDENTIAL_ID_RULE}.`);
  const watched = watchChanges();
  const { transport } = watched;
  const registry = new RegistryClient({ ...connectionFor(options, surroundings), transport });
  try {
    return await work(registry);
  } catch (error) {
    if (!watched.isWithoutResponse()) throw explainConflict(error, credential);
    throw withDoubt(error, credential, surroundings.signal);
  }
}

function watchChanges() {
  const proxies = openProxies();
  const send = openHttpsTransport({ proxies, responseLimit: ENDPOINT_RESPONSE_LIMIT });
  let isWithoutResponse = false;
  const transport: HttpsTransport = async (url, request) => {
    if (request.method === 'GET' || url.pathname.endsWith('/test')) return await send(url, request);
    isWithoutResponse = true;
    const response = await send(url, request);
    // Behind an error of the service, the change may still be under way.
    isWithoutResponse = response.status >= 500;
    return response;
  };
  return { transport, isWithoutResponse: () => isWithoutResponse };
}

/** Errors that do not say what became of the request. The registry's own errors say it. */
const UNCLEAR: readonly string[] = [
  'answer_invalid',
  'endpoint_timeout',
  'endpoint_unreachable',
  'internal',
];

function withDoubt(error: unknown, credential: string, signal: AbortSignal): unknown {
  const check = `token-vending credentials show ${credential} shows the current version.`;
  if (signal.aborted)
    return new CommandError(130, `interrupted. The change may have been carried out.\n  ${check}`);
  if (!(error instanceof TokenVendingError && UNCLEAR.includes(error.code))) return error;
  const { code, message, advice, status, requestId, retryAfter } = error;
  return new TokenVendingError(code, {
    says: `${message} The change may have been carried out.`,
    advice: `${check} ${advice}`,
    status,
    requestId,
    retryAfter,
  });
}

// A conflict with an advice of its own says more than this.
function explainConflict(error: unknown, credential: string): unknown {
  const isConflict = error instanceof TokenVendingError && error.code === 'version_conflict';
  if (!isConflict || error.advice !== errorTable.version_conflict.advice) return error;
  const { code, message, status, requestId } = error;
  return new TokenVendingError(code, {
    says: message,
    advice: `The registry is right: ${credential} stays as it is there, and this change is not stored. See it with token-vending credentials show ${credential}, then repeat the change.`,
    status,
    requestId,
  });
}
