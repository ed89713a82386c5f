import { describeSynth } from '../support/cdk-synth.ts';

// A sample; `npm run soak` has every case.
describeSynth(['the example', 'invalid', 'flags']);
