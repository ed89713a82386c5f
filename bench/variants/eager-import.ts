// The drill: a heavy client imported at the top, that the first vend does not need.
import * as s3 from '@aws-sdk/client-s3';
import { handler as vend } from '../../functions/vend.ts';

export const handler = vend;
// All of it stays in: an import that nothing uses would be shaken out.
export const kept = s3;
