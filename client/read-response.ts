import * as v from 'valibot';
import { failedTestSchema } from '../lib/http/grant-stages.ts';
import type { HttpsResponse } from '../lib/http/https-transport.ts';
import { errorResponseSchema } from '../lib/http/wire.ts';
import { explainAccessError } from './access-error.ts';
import { explainSignatureError } from './signature-error.ts';
import { TokenVendingError } from './token-vending-error.ts';

// The error responses of AWS itself: {"message": ...} of the signature check, {"Message": ...} of
// IAM.
const awsErrorSchema = v.union([
  v.looseObject({ message: v.string() }),
  v.looseObject({ Message: v.string() }),
]);

/**
 * Reads a response of the endpoint.
 *
 * @param now when it arrived (ms since the Unix epoch)
 * @throws {@link TokenVendingError} with the endpoint's code, or `signature_refused`, `access_forbidden`, `answer_invalid`
 */
export function readResponse<T>(
  response: HttpsResponse,
  schema: v.GenericSchema<unknown, T>,
  now: number,
): T {
  const json = parseJson(response);
  if (!isSuccess(response)) throw readError(response, json, now);
  const result = v.safeParse(schema, json);
  if (!result.success) throw new TokenVendingError('answer_invalid', { status: response.status });
  return result.output;
}

function isSuccess({ status }: HttpsResponse): boolean {
  return status >= 200 && status < 300;
}

function parseJson({ body }: HttpsResponse): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    // Unlike an absent body, which is a valid response of some routes.
    return null;
  }
}

function readError(response: HttpsResponse, json: unknown, now: number): TokenVendingError {
  const own = v.safeParse(errorResponseSchema, json);
  const retryAfter = readRetryAfter(response);
  if (own.success) {
    const { code, error_description, advice, request_id } = own.output;
    const failedTest = v.safeParse(failedTestSchema, json);
    return new TokenVendingError(code, {
      says: error_description,
      advice,
      status: response.status,
      requestId: request_id,
      retryAfter,
      failedTest: failedTest.success ? failedTest.output : undefined,
    });
  }
  return readAwsError(response, json, { retryAfter, now });
}

function readAwsError(
  response: HttpsResponse,
  json: unknown,
  { retryAfter, now }: { retryAfter: number | undefined; now: number },
): TokenVendingError {
  const { status, headers } = response;
  const requestId = headers['x-amzn-requestid'];
  const type = headers['x-amzn-errortype']?.split(':')[0] ?? '';
  const fromAws = v.is(awsErrorSchema, json);
  if (status === 429 && fromAws) {
    return new TokenVendingError('endpoint_unreachable', {
      says: 'AWS throttles the endpoint.',
      status,
      requestId,
      retryAfter: retryAfter ?? 1,
    });
  }
  if (status >= 500 && fromAws) {
    return new TokenVendingError('endpoint_unreachable', {
      says: `The endpoint failed before it could respond (${status}).`,
      status,
      requestId,
      retryAfter,
    });
  }
  if (status === 403 && fromAws) {
    const bySignature =
      /InvalidSignature|IncompleteSignature|UnrecognizedClient|ExpiredToken|InvalidClientTokenId/.test(
        type,
      );
    const date = Date.parse(headers['date'] ?? '');
    return bySignature
      ? explainSignatureError({ status, type, message: messageOf(json), requestId, date }, now)
      : explainAccessError({ status, type, message: messageOf(json), requestId });
  }
  return new TokenVendingError('answer_invalid', { status, requestId });
}

function messageOf(json: v.InferOutput<typeof awsErrorSchema>): string {
  return 'message' in json ? (json.message as string) : (json as { Message: string }).Message;
}

function readRetryAfter({ headers }: HttpsResponse): number | undefined {
  const value = headers['retry-after'];
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
