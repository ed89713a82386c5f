import { describeSynth } from '../support/cdk-synth.ts';

describeSynth();
