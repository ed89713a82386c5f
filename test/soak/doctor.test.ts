import { describeDoctor } from '../support/doctor.ts';

describeDoctor();
