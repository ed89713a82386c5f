import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { parseCredentialDocument } from '../../../lib/credential/document.ts';
import { VendError } from '../../../lib/errors/vend-error.ts';
import { failedGrantOf } from '../../../lib/grant/failed-grant.ts';
import { failedTestSchema } from '../../../lib/http/grant-stages.ts';
import { DOCUMENT, SECRET_CANARY } from '../../support/fake-ports.ts';

const document = parseCredentialDocument(JSON.stringify(DOCUMENT), { allowLoopbackHttp: false });

describe('a grant that failed', () => {
  it('is described by its stages, its error and possible changes, without a secret', () => {
    const error = new VendError('token_unacceptable', {
      says: `The server added ${SECRET_CANARY}.`,
      advice: 'If the server always adds it, set "implicit_scope": "email".',
    });
    const failed = failedGrantOf(error, [], document, DOCUMENT);
    expect(failed).toEqual({
      stages: {},
      failed_stage: 'metadata',
      error: {
        code: 'token_unacceptable',
        message: 'The server added (secret).',
        advice: 'If the server always adds it, set "implicit_scope": "email".',
      },
      suggestions: { implicit_scope: 'email' },
    });
    expect(v.is(failedTestSchema, failed)).toBe(true);
  });
});
