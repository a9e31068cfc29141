// Only the rules that need types; everything else is biome's.
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['**/dist/**', '**/generated/**', '**/node_modules/**', '.node/**'] },
  {
    files: ['packages/**/*.{ts,tsx}', 'system/**/*.ts', 'bench/**/*.ts', 'tools/**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'error',
    },
  },
  {
    // @domus/spice is three walled programs; its tests are part of the one that knows Node.
    files: ['packages/spice/src/**/*.ts'],
    languageOptions: {
      parserOptions: {
        projectService: false,
        project: ['', '/src/browser', '/src/node'].map((part) => `packages/spice${part}/tsconfig.json`),
      },
    },
  },
);
