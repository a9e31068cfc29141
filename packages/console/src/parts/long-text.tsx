import { Truncate } from '@patternfly/react-core';

/** One line; cut off with a tooltip where it does not fit. */
export function LongText({ text }: { text: string }) {
  return <Truncate content={text} className="domus-truncate" />;
}
