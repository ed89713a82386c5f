import { isLoopback } from '../lib/http/endpoint-url.ts';
import { TokenVendingError } from './token-vending-error.ts';

/** Service names of signatures: of a function URL, and of an API of API Gateway. */
export const SIGNING_SERVICES = ['lambda', 'execute-api'] as const;
export type SigningService = (typeof SIGNING_SERVICES)[number];

/** The URL of the endpoint, and how its requests are signed. */
export interface Endpoint {
  /** Without a slash at the end, and without empty segments in the path. */
  readonly url: string;
  readonly region: string;
  /** Service name of the signature. */
  readonly service: SigningService;
}

const FUNCTION_URL = /\.lambda-url\.([a-z0-9-]+)\.on\.aws$/;
// The public hosts of APIs, and those of VPC endpoints (`vpce-...`), also in names with both.
const API =
  /\.execute-api(?:-fips)?\.([a-z0-9-]+)\.(?:vpce\.amazonaws\.com|amazonaws\.com|api\.aws)(?:\.cn)?$/;

/**
 * Reads an endpoint URL: https, or http to loopback. The host of a function URL, of an API or of a
 * VPC endpoint names region and service. For any other host, such as the domain of an API, the
 * region is `region` and the service is `service`, else `lambda`.
 *
 * @param service overrides the host
 * @throws {@link TokenVendingError} `endpoint_invalid`, `region_unknown`
 */
export function readEndpoint(
  text: string | undefined,
  region: string | undefined,
  service?: string,
): Endpoint {
  const url = text === undefined ? null : URL.parse(text);
  const usable =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !usable || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new TokenVendingError('endpoint_invalid');
  }
  const api = API.exec(url.hostname);
  const found = (FUNCTION_URL.exec(url.hostname) ?? api)?.[1] ?? region;
  if (found === undefined || found === '') throw new TokenVendingError('region_unknown');
  const guessed = api === null ? 'lambda' : 'execute-api';
  return {
    url: url.origin + url.pathname.replace(/\/{2,}/g, '/').replace(/\/$/, ''),
    region: found,
    service: service === undefined || service === '' ? guessed : requireService(service),
  };
}

function requireService(service: string): SigningService {
  const known = SIGNING_SERVICES.find((name) => name === service);
  if (known !== undefined) return known;
  throw new TokenVendingError('endpoint_invalid', {
    says: 'The signing service of the endpoint must be lambda or execute-api.',
    advice:
      'Set it to lambda for a function URL, to execute-api for API Gateway, or remove it (--signing-service, signing_service, TOKEN_VENDING_SIGNING_SERVICE).',
  });
}
