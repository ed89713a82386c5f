import { describeLaunches } from '../support/provider-launches.ts';

describeLaunches(300);
