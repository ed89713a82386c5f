import { describeServer } from '../describe-server.ts';
import { spring } from './spring.ts';

describeServer(spring);
