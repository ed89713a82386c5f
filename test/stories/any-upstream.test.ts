import { describe } from '@jest/globals';
import { describeAnyTokenResponse } from '../support/dialects/any-token-response.ts';

// A sample. `npm run soak` tries thousands.
const RUNS = 300;

describe('any token response', () => describeAnyTokenResponse(RUNS));
