import { isLoopback } from '../lib/http/endpoint-url.ts';
import { TokenVendingError } from './token-vending-error.ts';

/** The URL of the endpoint, and how its requests are signed. */
export interface Endpoint {
  /** Without a slash at the end. */
  readonly url: string;
  readonly region: string;
  /** Service name of the signature. */
  readonly service: 'lambda' | 'execute-api';
}

const FUNCTION_URL = /\.lambda-url\.([a-z0-9-]+)\.on\.aws$/;
const REST_API = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/**
 * Reads an endpoint URL: https, or http to loopback. The host of a function URL or of an API names
 * region and service. For any other host the region is `region` and the service is `lambda`.
 *
 * @throws {@link TokenVendingError} `endpoint_invalid`, `region_unknown`
 */
export function readEndpoint(text: string | undefined, region: string | undefined): Endpoint {
  const url = text === undefined ? null : URL.parse(text);
  const usable =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url === null || !usable || url.username !== '' || url.search !== '' || url.hash !== '') {
    throw new TokenVendingError('endpoint_invalid');
  }
  const api = REST_API.exec(url.hostname);
  const found = (FUNCTION_URL.exec(url.hostname) ?? api)?.[1] ?? region;
  if (found === undefined || found === '') throw new TokenVendingError('region_unknown');
  return {
    url: url.href.replace(/\/$/, ''),
    region: found,
    service: api === null ? 'lambda' : 'execute-api',
  };
}
