export { type CatalogueEntry, catalogue } from './catalogue.ts';
export { type DownloadProblem, type DownloadResult, downloadImage } from './download-image.ts';
