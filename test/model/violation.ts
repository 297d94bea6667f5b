/** A promise that did not hold. The message begins with the invariant's name in ACCEPTANCE.md, where it has one. */
export class Violation extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Violation'
  }
}

export function violated(invariant: string, what: string): never {
  throw new Violation(`${invariant}: ${what}`)
}
