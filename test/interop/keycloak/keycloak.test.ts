import { describeServer } from '../describe-server.ts';
import { keycloak } from './keycloak.ts';

describeServer(keycloak);
