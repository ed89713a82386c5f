import { readResponse } from '../../client/read-response.ts';
import type { TokenVendingError } from '../../client/token-vending-error.ts';
import { callerIdentitySchema } from '../../lib/http/wire.ts';
import type { Evidence, UnsignedResponse } from './evidence.ts';
import { asTokenVendingError, type Finding, failed, failedWith, passed } from './finding.ts';

/** Checks that AWS rejects unsigned requests. No other server at this address would do that. */
export async function checkFrontDoor({ unsigned }: Evidence): Promise<Finding> {
  try {
    const came = await unsigned();
    return judge(came, errorOf(came));
  } catch (error) {
    return failedWith(asTokenVendingError(error));
  }
}

function errorOf({ response, arrivedAt }: UnsignedResponse): TokenVendingError | undefined {
  try {
    readResponse(response, callerIdentitySchema, arrivedAt);
    return undefined;
  } catch (error) {
    return asTokenVendingError(error);
  }
}

function judge({ response }: UnsignedResponse, error: TokenVendingError | undefined): Finding {
  switch (error?.code) {
    case 'access_forbidden':
    case 'signature_refused':
      return passed('AWS refuses unsigned requests');
    case 'answer_invalid':
      return failed(
        `The response is not from token-vending (${describeResponse(response)}).`,
        'Check the URL. On a guest network, sign in at its portal first. Behind a proxy, exempt this host from the proxy.',
        error,
      );
    case 'endpoint_unreachable':
      return failedWith(error, 'Ask the operator of the endpoint to check the function.');
    default:
      return failed(
        'Unsigned requests reach the function.',
        'Ask the operator to set the authorization of the endpoint to AWS_IAM: callers are not verified now.',
        error,
      );
  }
}

function describeResponse({
  status,
  headers,
}: {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}): string {
  const [type] = /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(headers['content-type'] ?? '') ?? [];
  return [`status ${status}`, type].filter(Boolean).join(', ');
}
