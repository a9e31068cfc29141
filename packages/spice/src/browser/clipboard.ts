/** The browser's clipboard; absent outside secure contexts, and both ways may be refused by the user. */
export async function readClipboard(): Promise<string | undefined> {
  try {
    return await navigator.clipboard?.readText();
  } catch (refusal) {
    return ignoreRefusal(refusal);
  }
}

export async function writeClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard?.writeText(text);
  } catch (refusal) {
    ignoreRefusal(refusal);
  }
}

/** Not focused or not permitted: the text then travels by the page's own means. Anything else is a fault. */
function ignoreRefusal(refusal: unknown): undefined {
  if (refusal instanceof DOMException) return undefined;
  throw refusal;
}
