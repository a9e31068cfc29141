import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run dev` speaks to an engine that runs already; the build needs none. */
const engine = 'http://127.0.0.1:8420';

export default defineConfig({
  plugins: [react()],
  build: {
    // Browsers of the last two years; older targets would double the style sheets with fallbacks.
    target: ['chrome123', 'edge123', 'firefox125', 'safari17.5'],
    // Fonts and images stay files: the engine's policy allows 'self', and inlined ones would weigh on every page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // Three requests bring every page's foundation; what one page alone needs stays with that page.
        codeSplitting: {
          groups: [
            // without-eval.ts is in the chunk of the schemas, since a chunk that is imported runs first.
            { name: 'contract', test: /without-eval|packages\/contract|node_modules\/zod/, priority: 3 },
            {
              name: 'base',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next)\//,
              priority: 2,
            },
            {
              name: 'ui',
              test: /node_modules\/(@patternfly|@popperjs)|src\/(parts|app)\//,
              minShareCount: 3,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': { target: engine, changeOrigin: true },
      '/console': { target: engine, changeOrigin: true, ws: true },
    },
  },
});
