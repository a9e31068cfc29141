import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip, constants as zlib } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** `npm run dev` speaks to an engine that runs already; the build needs none. */
const engine = 'http://127.0.0.1:8420';

/** Text is compressed once, here; the engine sends `.br` or `.gz` to browsers that take them. */
function compressed(): Plugin {
  const text = /\.(js|css|html|svg|json)$/;
  const worthBytes = 1024;
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      for (const name of await readdir(dir, { recursive: true })) {
        if (!text.test(name)) continue;
        const bytes = await readFile(join(dir, name));
        if (bytes.length < worthBytes) continue;
        const quality = { [zlib.BROTLI_PARAM_QUALITY]: 9, [zlib.BROTLI_PARAM_SIZE_HINT]: bytes.length };
        await writeFile(join(dir, `${name}.br`), await promisify(brotliCompress)(bytes, { params: quality }));
        await writeFile(join(dir, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
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
