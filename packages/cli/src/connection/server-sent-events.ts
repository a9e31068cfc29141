/** One event of a text/event-stream (WHATWG HTML, "Server-sent events"): its data lines joined, its last id. */
export interface ServerSentEvent {
  readonly id: string | null;
  readonly data: string;
}

/** Cuts a stream of text into events; comments and unknown fields are skipped, an unfinished last event is dropped. */
export async function* serverSentEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let id: string | null = null;
  let data: string[] = [];
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop()!;
    for (const line of lines) {
      const [, field, value] = /^([^:]*)(?:: ?(.*))?$/.exec(line)!;
      if (line === '') {
        if (data.length > 0) yield { id, data: data.join('\n') };
        data = [];
      } else if (field === 'data') data.push(value ?? '');
      else if (field === 'id') id = value ?? null;
    }
  }
}
