import { describeServer } from '../describe-server.ts';
import { oidcProvider } from './oidc-provider.ts';

describeServer(oidcProvider);
