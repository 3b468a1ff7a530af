// What does not hold: a code, for which the page has words in each language, and what it speaks of.

export class Refuted extends Error {
  constructor(code, given = {}) {
    super(code);
    this.code = code;
    this.given = given;
  }
}
