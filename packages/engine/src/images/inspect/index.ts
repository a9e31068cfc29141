export { type InspectedImage, type InspectProblem, type InspectResult, inspectImage } from './inspect-image.ts';
