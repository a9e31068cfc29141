import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<string, Style>> = {
  running: 'green',
  up: 'green',
  active: 'green',
  available: 'green',
  succeeded: 'green',
  failed: 'red',
  crashed: 'red',
  down: 'red',
  refused: 'red',
  paused: 'yellow',
  starting: 'yellow',
  stopping: 'yellow',
  creating: 'yellow',
  deleting: 'yellow',
  undoing: 'yellow',
  stopped: 'dim',
  inactive: 'dim',
  cancelled: 'dim',
};

/** Colours the states that stand as whole words in a line of a table. */
export const paintStates = (line: string): string =>
  line.replace(/(?<=^| {2})[a-z]+(?= {2}|$)/g, (word) => {
    const style = Object.hasOwn(styles, word) ? styles[word] : undefined;
    return style === undefined ? word : styleText(style, word, { validateStream: false });
  });

export const bold = (words: string): string => styleText('bold', words, { validateStream: false });
