export { createFlavor, deleteFlavor, findFlavor, flavorMigrations, listFlavors } from './flavors.ts';
