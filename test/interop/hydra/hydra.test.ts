import { describeServer } from '../describe-server.ts';
import { hydra } from './hydra.ts';

describeServer(hydra);
