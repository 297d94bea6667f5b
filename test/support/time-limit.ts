/** In the runner: a run that hangs, whatever it hangs on, ends as a failure. */

/** Milliseconds: many times what all suites take on two busy cores. */
const LONGEST_RUN = 45 * 60_000

export function setup(): void {
  setTimeout(() => {
    console.error(`\nThe tests did not end within ${LONGEST_RUN / 60_000} minutes: what is not reported above hangs.\n`)
    process.exit(1)
  }, LONGEST_RUN).unref()
}
