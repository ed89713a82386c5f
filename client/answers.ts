import * as v from 'valibot';
import { isErrorCode } from '../lib/errors/error-table.ts';
import type { HttpsResponse } from '../lib/http/https-transport.ts';
import type {
  CallerIdentity,
  CredentialList,
  EndpointMetadata,
  EvaluationResponse,
  IntrospectionResponse,
  VendedToken,
} from '../lib/http/wire.ts';
import { explainAccessRefusal } from './access-failure.ts';
import { explainSignatureRefusal } from './signature-failure.ts';
import { TokenVendingError } from './token-vending-error.ts';

// A newer endpoint may say more than this client knows, so unknown members are let through.
const text = v.string();
const texts = v.array(text);

export const tokenAnswer: v.GenericSchema<unknown, VendedToken> = v.looseObject({
  access_token: v.pipe(text, v.minLength(1)),
  token_type: v.literal('Bearer'),
  expires_in: v.number(),
  scope: text,
  expires_at: v.number(),
  issued_at: v.number(),
  credential: text,
  mint_id: text,
  vend_id: text,
  source: v.picklist(['minted', 'cached']),
});

export const callerIdentityAnswer: v.GenericSchema<unknown, CallerIdentity> = v.looseObject({
  account: text,
  arn: text,
  principal: text,
  kind: text,
  name: text,
  user_id: text,
  session_name: v.optional(text),
  organization: v.optional(text),
  source_ip: v.optional(text),
});

export const credentialsAnswer: v.GenericSchema<unknown, CredentialList> = v.looseObject({
  credentials: v.array(
    v.looseObject({
      credential: text,
      issuer: text,
      profile: text,
      status: text,
      scopes: texts,
      default_scope: texts,
      audiences: texts,
      resources: texts,
    }),
  ),
});

export const introspectionAnswer: v.GenericSchema<unknown, IntrospectionResponse> = v.variant(
  'active',
  [
    v.looseObject({ active: v.literal(false) }),
    v.looseObject({ active: v.literal(true), token_type: v.literal('Bearer') }),
  ],
);

export const evaluationAnswer: v.GenericSchema<unknown, EvaluationResponse> = v.looseObject({
  decision: v.boolean(),
  context: v.looseObject({
    policies: v.array(text),
    unmet: v.array(text),
    advice: text,
    errors: v.array(text),
    policy_version: text,
  }),
});

export const endpointAnswer: v.GenericSchema<unknown, EndpointMetadata> = v.looseObject({
  issuer: text,
  token_endpoint: text,
  software_version: v.optional(text),
});

export const emptyAnswer: v.GenericSchema<unknown, undefined> = v.undefined();

const errorAnswer = v.looseObject({
  error: text,
  error_description: text,
  code: text,
  request_id: text,
  advice: v.optional(text, ''),
});

// AWS's own refusals: {"message": ...} of the signature check, {"Message": ...} of IAM.
const awsAnswer = v.union([v.looseObject({ message: text }), v.looseObject({ Message: text })]);

/**
 * Reads an answer of the endpoint.
 *
 * @param now when it arrived (ms since the Unix epoch)
 * @throws {@link TokenVendingError} with the endpoint's code, or `signature_refused`, `access_forbidden`, `answer_invalid`
 */
export function readAnswer<T>(
  answer: HttpsResponse,
  schema: v.GenericSchema<unknown, T>,
  now: number,
): T {
  const json = parseJson(answer);
  if (answer.status !== 200) throw readFailure(answer, json, now);
  const result = v.safeParse(schema, json);
  if (!result.success) throw new TokenVendingError('answer_invalid', { status: answer.status });
  return result.output;
}

function parseJson({ body }: HttpsResponse): unknown {
  if (body === '') return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function readFailure(answer: HttpsResponse, json: unknown, now: number): TokenVendingError {
  const own = v.safeParse(errorAnswer, json);
  const retryAfter = readRetryAfter(answer);
  if (own.success && isErrorCode(own.output.code)) {
    const { code, error_description, advice, request_id } = own.output;
    return new TokenVendingError(code, {
      says: error_description,
      advice,
      status: answer.status,
      requestId: request_id,
      retryAfter,
    });
  }
  return readAwsFailure(answer, json, { retryAfter, now });
}

function readAwsFailure(
  answer: HttpsResponse,
  json: unknown,
  { retryAfter, now }: { retryAfter: number | undefined; now: number },
): TokenVendingError {
  const { status, headers } = answer;
  const requestId = headers['x-amzn-requestid'];
  const type = headers['x-amzn-errortype']?.split(':')[0] ?? '';
  const fromAws = v.is(awsAnswer, json);
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
      says: `The endpoint failed before it could answer (${status}).`,
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
      ? explainSignatureRefusal({ status, type, message: messageOf(json), requestId, date }, now)
      : explainAccessRefusal({ status, type, message: messageOf(json), requestId });
  }
  return new TokenVendingError('answer_invalid', { status, requestId });
}

function messageOf(json: v.InferOutput<typeof awsAnswer>): string {
  return 'message' in json ? (json.message as string) : (json as { Message: string }).Message;
}

function readRetryAfter({ headers }: HttpsResponse): number | undefined {
  const value = headers['retry-after'];
  return value !== undefined && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}
