import { describe, expect, it } from '@jest/globals';
import { findDetour, type OwnEndpoint } from '../../../lib/http/own-endpoint.ts';

const FUNCTION = 'arn:aws:lambda:eu-north-1:111122223333:function:token-vending';
const LIVE = `${FUNCTION}:live`;
const anyUrl: OwnEndpoint = { alias: 'live', kind: 'function-url', apiId: undefined };
const ownUrl: OwnEndpoint = { ...anyUrl, apiId: 'abcdefghij' };
const ownApi: OwnEndpoint = { alias: 'live', kind: 'rest-api', apiId: 'a1b2c3d4e5' };

const urlEvent = {
  rawPath: '/oauth2/token',
  requestContext: {
    apiId: 'abcdefghij',
    domainName: 'abcdefghij.lambda-url.eu-north-1.on.aws',
    http: { method: 'POST' },
  },
};
const restEvent = {
  httpMethod: 'POST',
  path: '/oauth2/token',
  requestContext: { apiId: 'a1b2c3d4e5', domainName: 'tokens.example.com' },
};
const httpApiEvent = {
  ...urlEvent,
  requestContext: { apiId: 'q1w2e3', domainName: 'q1w2e3.execute-api.eu-north-1.amazonaws.com' },
};

describe('invocation through the endpoint', () => {
  it.each([
    ['a function URL', anyUrl, urlEvent],
    ['the function URL that is configured', ownUrl, urlEvent],
    ['the REST API', ownApi, restEvent],
  ])('comes from %s', (_, endpoint, event) => {
    expect(findDetour(event, LIVE, endpoint)).toBeUndefined();
  });
});

describe('somebody who may create aliases, versions and APIs', () => {
  it.each([
    ['$LATEST without a qualifier', FUNCTION],
    ['$LATEST', `${FUNCTION}:$LATEST`],
    ['a version', `${FUNCTION}:8`],
    ['an alias of his own', `${FUNCTION}:mine`],
    ['an alias that ends with the name', `${FUNCTION}:not-live`],
    ['an alias in another case', `${FUNCTION}:Live`],
    [
      'a function with the name of the alias',
      'arn:aws:lambda:eu-north-1:111122223333:function:live',
    ],
    ['the alias with something behind it', `${LIVE}:live`],
    ['nothing', undefined],
  ])('gets nothing by invoking %s with a copied event', (_, arn) => {
    for (const [endpoint, event] of [
      [anyUrl, urlEvent],
      [ownUrl, urlEvent],
      [ownApi, restEvent],
    ] as const)
      expect(findDetour(event, arn, endpoint)).toBe(
        'the function was not invoked by its alias live',
      );
  });

  it.each([
    ['an HTTP API, whose events look like those of a URL', anyUrl, httpApiEvent],
    ['an HTTP API', ownUrl, httpApiEvent],
    [
      'an HTTP API with a domain that begins like a URL',
      anyUrl,
      {
        ...httpApiEvent,
        requestContext: { apiId: 'q1w2e3', domainName: 'x.lambda-url.eu-north-1.on.aws' },
      },
    ],
    ['a REST API', anyUrl, restEvent],
    ['another REST API', ownApi, { ...restEvent, requestContext: { apiId: 'other' } }],
    ['a REST API without an id', ownApi, { ...restEvent, requestContext: {} }],
    [
      'another function URL',
      ownUrl,
      { ...urlEvent, requestContext: { ...urlEvent.requestContext, apiId: 'klmnopqrst' } },
    ],
    ['a function URL', ownApi, urlEvent],
    // Either would be read as the kind that is not checked.
    ['both shapes in one event', ownUrl, { ...urlEvent, ...restEvent, rawPath: '/' }],
    ['both shapes in one event', ownApi, { ...urlEvent, ...restEvent }],
    ['nothing', anyUrl, undefined],
    ['text', ownApi, 'text'],
  ])('gets nothing by putting %s in front of the alias', (_, endpoint, event) => {
    expect(findDetour(event, LIVE, endpoint)).toMatch(/^the event is (not )?that of/);
  });
});
