import { Image } from '@domus/contract';
import { ApiUnreachable, readReply, routePath } from '@domus/contract/client';
import { language } from '../../app/language.ts';

interface Upload {
  file: File;
  /** Name and description of the image to be. */
  query: Record<string, string>;
  /** Part sent, 0 to 1. */
  onProgress: (fraction: number) => void;
  signal: AbortSignal;
}

/** Sends a file as a new image; by XMLHttpRequest, since fetch does not tell how much has been sent. */
export function uploadImage({ file, query, onProgress, signal }: Upload): Promise<Image> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', routePath('image.upload', { query }));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.setRequestHeader('accept-language', language());
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onload = () => {
      try {
        resolve(Image.parse(readReply({ status: request.status, text: request.responseText })));
      } catch (error) {
        reject(error instanceof Error ? error : new ApiUnreachable(String(error)));
      }
    };
    request.onerror = () => reject(new ApiUnreachable('the upload was cut off'));
    request.onabort = () => reject(new DOMException('the upload was cancelled', 'AbortError'));
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
