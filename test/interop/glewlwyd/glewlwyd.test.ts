import { describeServer } from '../describe-server.ts';
import { glewlwyd } from './glewlwyd.ts';

describeServer(glewlwyd);
