import type { HttpsResponse } from '../../lib/http/https-transport.ts';
import { HiiRetailError, type HiiRetailErrorCode } from './hiiretail-error.ts';
import type { IamCall, IamResponse } from './iam-call.ts';

const MOST_MESSAGES = 10;
const LONGEST_MESSAGE = 300;

/**
 * Reads a response of the IAM API.
 *
 * @throws HiiRetailError if the status is not 2xx, or the body is not JSON
 */
export function readResponse(
  response: HttpsResponse,
  call: IamCall,
  correlationId: string,
): IamResponse {
  const { status } = response;
  if (status >= 200 && status < 300) {
    return { status, json: parseBody(response, correlationId) };
  }
  throw new HiiRetailError(codeOf(status), {
    status,
    correlationId,
    permission: call.permission,
    messages: messagesOf(response),
    retryAfter: retryAfterOf(response),
  });
}

const CODES: Readonly<Record<number, HiiRetailErrorCode>> = {
  400: 'api_refused_input',
  401: 'token_rejected',
  403: 'api_forbidden',
  404: 'api_not_found',
  408: 'api_timeout',
  409: 'api_conflict',
  412: 'api_conflict',
  422: 'api_refused_input',
  429: 'api_rate_limited',
};

function codeOf(status: number): HiiRetailErrorCode {
  const code = CODES[status];
  if (code !== undefined) return code;
  if (status >= 500) return 'api_failing';
  return status >= 300 && status < 400 ? 'api_redirected' : 'api_answer_invalid';
}

function parseBody({ body, status }: HttpsResponse, correlationId: string): unknown {
  if (body.trim() === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    throw new HiiRetailError('api_answer_invalid', { status, correlationId });
  }
}

/**
 * `message` is an array for 400, and a string otherwise. Error pages of proxies are not JSON, and
 * no part of them is shown.
 */
function messagesOf({ body, status }: HttpsResponse): readonly string[] {
  if (status >= 500) return [];
  try {
    const { message } = JSON.parse(body);
    const all: unknown[] = Array.isArray(message) ? message : [message];
    return all
      .filter((text) => typeof text === 'string')
      .slice(0, MOST_MESSAGES)
      .map((text) => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').slice(0, LONGEST_MESSAGE));
  } catch {
    return [];
  }
}

// RFC 9110 section 10.2.3: seconds or an HTTP date.
function retryAfterOf({ headers }: HttpsResponse): number | undefined {
  const value = headers['retry-after'];
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const seconds = Math.ceil((Date.parse(value) - Date.now()) / 1000);
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}
