import { serve } from '../framework/serve.ts';
import { hiiretailProvider } from './provider.ts';

void serve(hiiretailProvider);
