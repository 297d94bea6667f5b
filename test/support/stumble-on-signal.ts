/** Loaded before the service: a bug in it, at the tester's command. */
process.on('SIGUSR2', () => {
  throw new Error('stumbled')
})
process.on('SIGWINCH', () => void Promise.reject(new Error('stumbled aside')))
