import { Event } from '@domus/contract';

interface Listener {
  event(event: Event): void;
  /** The stream is open (again); what happened before may have been missed. */
  opened(): void;
  lost(): void;
}

const retryMs = [500, 1000, 2000, 5000];

/**
 * Listens to /api/v1/events until the function that is returned is called. The browser resumes a broken stream by
 * itself (Last-Event-ID); one that the engine refused is opened anew.
 */
export function listenToEvents(listener: Listener): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;

  const open = () => {
    source = new EventSource('/api/v1/events');
    source.onopen = () => {
      failures = 0;
      listener.opened();
    };
    source.onmessage = ({ data }: MessageEvent<string>) => {
      const event = Event.safeParse(JSON.parse(data));
      // An event that this page does not know (an engine newer than the page) names nothing that it shows.
      if (event.success) listener.event(event.data);
    };
    // The engine no longer has what came after the last event that this page saw.
    source.addEventListener('reset', () => listener.opened());
    source.onerror = () => {
      listener.lost();
      if (source.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, retryMs[Math.min(failures++, retryMs.length - 1)]);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
