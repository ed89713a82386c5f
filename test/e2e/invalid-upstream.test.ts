import { describeInvalidUpstream } from '../support/invalid-upstream.ts';

// A sample. `npm run soak` has every row. Each row of metadata restarts the function.
describeInvalidUpstream({
  metadata: ['another issuer', '10 MB of body', 'a slow drip'],
  tokens: ['junk', 'a wider scope', 'another audience in a forged JWT', 'a bad signature'],
  errors: [
    '429 with a Retry-After that fits',
    'HTML 502 twice',
    'an error that quotes the secret',
    'invalid_scope',
  ],
});
