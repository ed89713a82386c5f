import { serve } from '../framework/serve.ts';
import { tokenVendingProvider } from './provider.ts';

void serve(tokenVendingProvider);
