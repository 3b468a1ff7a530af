// JSON as receipts need it: whole numbers stay exact, and facts have one way to be written.
//
// JSON.parse would round 9007199254740993 and cannot tell 5 from 5.0; a proof must not turn on that.

const MOST_DIGITS = 4300;
const LARGEST = 2n ** 53n - 1n;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const SPACE = /[ \t\n\r]*/y;
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS = { true: true, false: false, null: null };

export class NotJson extends Error {}

/** The value of a text: objects as Map, whole numbers as BigInt, others as Number. */
export function parse(text) {
  const reader = new Reader(text);
  const value = reader.value();
  reader.space();
  if (reader.place !== text.length) throw new NotJson();
  return value;
}

class Reader {
  constructor(text) {
    this.text = text;
    this.place = 0;
  }

  match(pattern) {
    pattern.lastIndex = this.place;
    const found = pattern.exec(this.text);
    if (found === null) throw new NotJson();
    this.place = pattern.lastIndex;
    return found;
  }

  space() {
    this.match(SPACE);
  }

  /** The next sign that is no space, taken only if it is this one. */
  takes(sign) {
    this.space();
    if (this.text[this.place] !== sign) return false;
    this.place += 1;
    return true;
  }

  needs(sign) {
    if (!this.takes(sign)) throw new NotJson();
  }

  value() {
    if (this.takes("{")) return this.object();
    if (this.takes("[")) return this.list();
    if (this.takes('"')) return this.string();
    for (const [word, value] of Object.entries(WORDS)) {
      if (this.text.startsWith(word, this.place)) {
        this.place += word.length;
        return value;
      }
    }
    const [written, fraction, power] = this.match(NUMBER);
    if (fraction || power) return Number(written);
    if (written.length > MOST_DIGITS) throw new NotJson();
    return BigInt(written);
  }

  object() {
    const found = new Map();
    if (this.takes("}")) return found;
    do {
      this.needs('"');
      const name = this.string();
      this.needs(":");
      found.set(name, this.value());
    } while (this.takes(","));
    this.needs("}");
    return found;
  }

  list() {
    const found = [];
    if (this.takes("]")) return found;
    do found.push(this.value());
    while (this.takes(","));
    this.needs("]");
    return found;
  }

  string() {
    let found = "";
    for (;;) {
      found += this.match(PLAIN)[0];
      const sign = this.text[this.place];
      this.place += 1;
      if (sign === '"') return found;
      if (sign !== "\\") throw new NotJson();
      const escaped = this.text[this.place];
      this.place += 1;
      if (escaped === "u") {
        const digits = this.text.slice(this.place, this.place + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw new NotJson();
        found += String.fromCharCode(parseInt(digits, 16));
        this.place += 4;
      } else if (escaped !== undefined && Object.hasOwn(ESCAPES, escaped)) {
        found += ESCAPES[escaped];
      } else {
        throw new NotJson();
      }
    }
  }
}

/** The one way to write a value (RFC 8785). Throws RangeError for what JSON cannot hold exactly. */
export function canonical(value) {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") {
    if (value > LARGEST || value < -LARGEST) throw new RangeError("a whole number beyond 2**53");
    return String(value);
  }
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new RangeError("no number");
    return String(value); // ECMAScript's own way is RFC 8785's; it writes -0 as 0
  }
  if (typeof value === "string") return written(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  // Sorted by UTF-16 units, as sort() does by itself.
  const names = [...value.keys()].sort();
  return `{${names.map((name) => `${written(name)}:${canonical(value.get(name))}`).join(",")}}`;
}

/** JSON.stringify writes a string as RFC 8785 does, but for halves of a pair, which it escapes. */
function written(text) {
  if (/[\ud800-\udfff]/u.test(text)) throw new RangeError("half of a surrogate pair");
  return JSON.stringify(text);
}
