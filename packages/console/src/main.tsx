import './app/without-eval.ts';
import '@patternfly/react-core/dist/styles/base.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { initialLanguage, startLanguage } from './app/language.ts';
import { queryClient } from './app/query-client.ts';
import { router } from './app/router.tsx';
import { startTheme } from './app/theme.ts';
// Last, so that it wins over the components' own style sheets.
import './app/app.css';

startTheme();
await startLanguage(initialLanguage());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
