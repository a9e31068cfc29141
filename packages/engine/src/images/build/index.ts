export { type BuildRequest, type BuiltImage, buildImage, missingPrograms, recoverWorkFolder } from './build-image.ts';
export { ImageBuildError, type ImageBuildFailure } from './image-build-error.ts';
export { type Recipe, type RecipeName, recipeKey, recipeNames, recipes } from './recipes.ts';
