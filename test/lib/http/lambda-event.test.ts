import { describe, expect, it } from '@jest/globals';
import {
  readInvocation,
  readLambdaEvent,
  writeLambdaResult,
} from '../../../lib/http/lambda-event.ts';

const iam = {
  accountId: '111122223333',
  userArn: 'arn:aws:sts::111122223333:assumed-role/ci/run',
  userId: 'AROA:run',
  accessKey: 'ASIA',
  principalOrgId: 'o-1',
  callerId: 'AROA:run',
};
const identity = {
  accountId: '111122223333',
  arn: 'arn:aws:sts::111122223333:assumed-role/ci/run',
  userId: 'AROA:run',
  accessKeyId: 'ASIA',
  organizationId: 'o-1',
};

function functionUrlEvent(more: object = {}, authorizer: unknown = { iam }) {
  return {
    version: '2.0',
    rawPath: '/oauth2/token',
    rawQueryString: 'a=b',
    headers: { 'Content-Type': 'text/plain', 'x-absent': undefined },
    body: 'client_id=a',
    isBase64Encoded: false,
    requestContext: {
      authorizer,
      domainName: 'abc.lambda-url.eu-north-1.on.aws',
      http: { method: 'POST', sourceIp: '192.0.2.1', protocol: 'HTTP/1.1' },
      requestId: 'r-1',
    },
    ...more,
  };
}

const { userId: user, ...restIam } = iam;
const restIdentity = { ...restIam, user, sourceIp: '192.0.2.1', cognitoIdentityId: null };

function restApiEvent(more: object = {}, of: unknown = restIdentity, domainName?: string) {
  return {
    path: '/oauth2/token',
    httpMethod: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    multiValueQueryStringParameters: { a: ['b', 'c'], d: ['e'] },
    body: 'client_id=a',
    isBase64Encoded: false,
    requestContext: { identity: of, requestId: 'r-1', ...(domainName && { domainName }) },
    ...more,
  };
}

describe('event of a function URL', () => {
  it('becomes a request, with the caller that AWS verified', () => {
    expect(readLambdaEvent(functionUrlEvent())).toEqual({
      method: 'POST',
      path: '/oauth2/token',
      query: 'a=b',
      headers: { 'content-type': 'text/plain', 'x-absent': '' },
      body: 'client_id=a',
      requestId: 'r-1',
      sourceIp: '192.0.2.1',
      host: 'abc.lambda-url.eu-north-1.on.aws',
      identity,
    });
  });

  it('may lack query, headers and body', () => {
    const least = {
      rawQueryString: undefined,
      headers: null,
      body: null,
      isBase64Encoded: undefined,
    };
    const read = readLambdaEvent(functionUrlEvent(least));
    expect(read).toMatchObject({ query: '', headers: {}, body: '' });
    expect(readLambdaEvent(functionUrlEvent({ headers: undefined }))?.headers).toEqual({});
  });

  it('may have its body in base64', () => {
    const body = Buffer.from('client_id=ö').toString('base64');
    const read = readLambdaEvent(functionUrlEvent({ body, isBase64Encoded: true }));
    expect(read?.body).toBe('client_id=ö');
  });

  it.each([
    ['no authorizer', undefined],
    ['an authorizer that is null', null],
    ['an authorizer without IAM', {}],
    ['an account that is no account', { iam: { ...iam, accountId: '1111' } }],
    ['no ARN', { iam: { ...iam, userArn: '' } }],
    ['no user id', { iam: { ...iam, userId: undefined } }],
  ])('has no caller with %s', (_, authorizer) => {
    // An explicit undefined would be replaced by the default.
    const event = functionUrlEvent({}, authorizer ?? null);
    if (authorizer === undefined) Reflect.deleteProperty(event.requestContext, 'authorizer');
    expect(readLambdaEvent(event)).toMatchObject({ path: '/oauth2/token', identity: undefined });
  });

  it('may have a caller without access key and organization', () => {
    const { accessKey: _key, ...rest } = iam;
    const read = readLambdaEvent(functionUrlEvent({}, { iam: { ...rest, principalOrgId: null } }));
    expect(read?.identity).toEqual({
      ...identity,
      accessKeyId: undefined,
      organizationId: undefined,
    });
  });
});

describe('event of a REST API', () => {
  it('becomes a request, with the caller that AWS verified', () => {
    expect(readLambdaEvent(restApiEvent({}, restIdentity, 'api.example.com'))).toEqual({
      method: 'POST',
      path: '/oauth2/token',
      query: 'a=b&a=c&d=e',
      headers: { 'content-type': 'text/plain' },
      body: 'client_id=a',
      requestId: 'r-1',
      sourceIp: '192.0.2.1',
      host: 'api.example.com',
      identity,
    });
  });

  it('has the id that API Gateway chose, not the one that the caller chose', () => {
    const event = restApiEvent();
    const requestContext = { ...event.requestContext, extendedRequestId: 'KQ-generated=' };
    expect(readLambdaEvent({ ...event, requestContext })?.requestId).toBe('KQ-generated=');
  });

  it('may lack query, host and address', () => {
    const least = { multiValueQueryStringParameters: null };
    const read = readLambdaEvent(restApiEvent(least, { ...restIdentity, sourceIp: null }));
    expect(read).toMatchObject({ query: '', host: '', sourceIp: undefined, identity });
  });

  it.each([
    ['no identity', null],
    ['an account that is null', { ...restIdentity, accountId: null }],
    ['no user', { ...restIdentity, user: '' }],
  ])('has no caller with %s', (_, of) => {
    expect(readLambdaEvent(restApiEvent({}, of))).toMatchObject({
      path: '/oauth2/token',
      sourceIp: undefined,
      identity: undefined,
    });
  });
});

describe('another event', () => {
  it.each([undefined, null, {}, { rawPath: '/x' }, { identity: iam }, 'text'])(
    'is not a request: %p',
    (event) => {
      expect(readLambdaEvent(event)).toBeUndefined();
    },
  );
});

describe('invocation', () => {
  const ARN = 'arn:aws:lambda:eu-north-1:111122223333:function:token-vending';
  const own = { alias: 'live', kind: 'function-url', apiId: 'abc' } as const;
  const event = functionUrlEvent();
  Object.assign(event.requestContext, { apiId: 'abc' });
  const invoke = (invokedFunctionArn: string, what: unknown = event) =>
    readInvocation(what, { awsRequestId: 'lambda-1', invokedFunctionArn }, own);

  it('through the endpoint is the request of its event', () => {
    expect(invoke(`${ARN}:live`)).toEqual(readLambdaEvent(event));
  });

  it.each(['evil', '1', '$LATEST', 'LIVE'])(
    'of %s with a forged caller has no caller, and nothing of the forged event',
    (qualifier) => {
      expect(invoke(`${ARN}:${qualifier}`)).toEqual({
        method: '',
        path: '',
        query: '',
        headers: {},
        body: '',
        requestId: 'lambda-1',
        sourceIp: undefined,
        host: '',
        identity: undefined,
        unidentified: 'the function was not invoked by its alias live',
      });
    },
  );

  it('with an event that is no request has no caller', () => {
    const { identity: caller, unidentified } = invoke(`${ARN}:live`, {
      rawPath: '/caller-identity',
      requestContext: { apiId: 'abc', domainName: 'x' },
    });
    expect([caller, unidentified]).toEqual([undefined, 'the event is not a request']);
  });
});

describe('result for Lambda', () => {
  it('is the response unchanged', () => {
    const response = { status: 200, headers: { 'cache-control': 'no-store' }, body: '{}' };
    expect(writeLambdaResult(response)).toEqual({
      statusCode: 200,
      headers: { 'cache-control': 'no-store' },
      body: '{}',
      isBase64Encoded: false,
    });
  });
});
