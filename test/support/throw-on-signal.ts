/** Loaded before the service: a bug in it that shows when a signal comes. */
process.on('SIGUSR2', () => {
  throw new Error('a bug')
})
process.on('SIGWINCH', () => void Promise.reject(new Error('a bug in a promise')))
