// Words of danger, looked for on this device: what is typed leaves it no sooner than it is sent.
const plain = (text) => text.normalize("NFKC").toLowerCase();

// Makes a reader of texts from {"110": [words], "119": …, "120": …, "harmless": [patterns]};
// it gives the numbers that a text calls for.
export function reader({ harmless, ...lists }) {
  // "消防通道" holds a word of danger and means none.
  const left = new RegExp(harmless.map((one) => `(?:${one})`).join("|"), "g");
  const sought = Object.entries(lists).map(([number, words]) => [number, words.map(plain).map(holder)]);
  return (text) => {
    const found = plain(text).replace(left, " \0 ");
    return sought.filter(([, words]) => words.some((holds) => holds(found))).map(([number]) => number);
  };
}

// Latin words count only whole.
function holder(word) {
  if (!/[a-z]/.test(word)) return (text) => text.includes(word);
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_])${literal}(?![\\p{L}\\p{N}_])`, "u");
  return (text) => whole.test(text);
}
