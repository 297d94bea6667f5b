/** For `vi.waitFor`: what has not come by then never will. It ends a test that hangs, and bounds nothing else. */
export const PATIENCE = { timeout: 60_000 }
