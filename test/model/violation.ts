/** A promise that did not hold. The message begins with the invariant's id in docs/guarantees.md, where it has one. */
export class Violation extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Violation'
  }
}

export function violated(invariant: string, what: string): never {
  throw new Violation(`${invariant}: ${what}`)
}
