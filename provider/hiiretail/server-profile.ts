import { toServerProfile } from '../../lib/credential/profile.ts';
import file from '../../profiles/hiiretail.json' with { type: 'json' };

/** OCMS, the authorization server of Hii Retail. */
export const hiiretail = toServerProfile('hiiretail', file);

/** Every API of Hii Retail rejects a token without it. */
export const [AUDIENCE = ''] = file.defaults.audience;
