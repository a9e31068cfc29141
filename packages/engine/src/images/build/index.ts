export { type BuildRequest, type BuiltImage, buildImage, recoverWorkFolder } from './build-image.ts';
export { ImageBuildError, type ImageBuildFailure } from './image-build-error.ts';
export { type Recipe, type RecipeName, recipeKey, recipes } from './recipes.ts';
