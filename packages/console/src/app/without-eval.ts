/**
 * The page's policy forbids `eval`, and zod probes for it when the first schema is made; that would be reported as a
 * violation. Imported first, so that zod finds its configuration before any schema exists.
 */
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
