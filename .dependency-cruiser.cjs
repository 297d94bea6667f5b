// The direction of imports, as in the README's table. Each comment names the right way. Checked by `npm run check`.
const folder = (...names) => `^src/(?:${names.join('|')})(?:/|\\.ts$)`

/** What a part of src/ may import of src/. */
const only = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from },
  to: { path: '^src/', pathNot: to },
})

/** Libraries that one kind of folder wraps. */
const wrapped = (name, libraries, home, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: '^src/', pathNot: home },
  to: { path: `^node_modules/(?:${libraries.join('|')})/` },
})

module.exports = {
  forbidden: [
    only('domain', folder('domain'), folder('domain'), 'The domain knows nothing around it: hand in what it needs as an argument.'),
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'No I/O, clock or randomness in domain/: take `now`, a random number or the bytes as an argument.',
      from: { path: folder('domain') },
      to: { pathNot: ['^src/', '^(?:node:)?(?:crypto|net)$', '^node_modules/ipaddr\\.js/'] },
    },
    only('ports', '^src/ports\\.ts$', folder('domain'), 'ports.ts speaks in domain types; an adapter translates its library into them.'),
    {
      name: 'core-without-libraries',
      severity: 'error',
      comment: 'lifecycle/ and ports.ts reach the world through a port of ports.ts: add what is missing there and to its adapter.',
      from: { path: folder('lifecycle', 'ports') },
      to: { pathNot: ['^src/'] },
    },
    only(
      'lifecycle',
      folder('lifecycle'),
      folder('lifecycle', 'domain', 'ports'),
      'A verb knows ports, not adapters: main.ts hands the adapter in.',
    ),
    {
      name: 'adapters',
      severity: 'error',
      comment: 'Adapters never know one another or the lifecycle: they meet in ports.ts, and main.ts joins them.',
      from: { path: '^src/(store|queue|webhook|handlers)/' },
      to: { path: '^src/', pathNot: ['^src/$1/', folder('domain', 'ports'), folder('http-client')] },
    },
    {
      name: 'http-client-is-for-senders',
      severity: 'error',
      comment: 'http-client/ holds what webhook/ and handlers/ share when they send HTTP requests.',
      from: { path: '^src/', pathNot: folder('http-client', 'webhook', 'handlers') },
      to: { path: folder('http-client') },
    },
    {
      name: 'threads-edge',
      severity: 'error',
      comment: 'host/ and thread/ share no memory: they meet in messages. What both need lies beside them in handlers/.',
      from: { path: '^src/handlers/(host|thread)/' },
      to: { path: '^src/handlers/(?:host|thread)/', pathNot: '^src/handlers/$1/' },
    },
    only(
      'http-client',
      folder('http-client'),
      folder('http-client', 'domain', 'ports'),
      'What any outgoing HTTP needs; what is special to callbacks or upstreams belongs to webhook/ or handlers/.',
    ),
    only(
      'http',
      folder('http', 'dashboard'),
      folder('http', 'dashboard', 'lifecycle', 'domain', 'ports'),
      'Reads go to the Store port, every write through a verb of lifecycle/.',
    ),
    only(
      'metrics',
      folder('metrics'),
      folder('metrics', 'domain', 'ports'),
      'Metrics watch ports from outside: main.ts puts them around an adapter.',
    ),
    only(
      'maintenance',
      folder('maintenance'),
      folder('maintenance', 'store', 'config', 'domain', 'ports'),
      'Maintenance works on the store alone.',
    ),
    only('dev', folder('dev'), folder('dev', 'config', 'compose'), 'dev/ runs the program as its user would: as a process.'),
    only('config', folder('config'), folder('config', 'domain'), 'config.ts gives plain data; main.ts carries it to whoever needs it.'),
    only(
      'door',
      '^src/index\\.ts$',
      folder('handlers', 'domain'),
      'The package door shows what handler modules need, nothing of the server.',
    ),
    only('client', folder('client'), ['^src/client/', '^src/domain/signature\\.ts$'], 'The client carries no server code.'),
    only('cli', folder('cli'), folder('cli', 'client'), 'The command line speaks the wire contract through client/.'),
    {
      name: 'compose-is-mains',
      severity: 'error',
      comment: 'compose/ holds parts of the composition root.',
      from: { path: '^src/', pathNot: folder('main', 'compose', 'dev') },
      to: { path: folder('compose') },
    },
    {
      name: 'only-main-makes-the-world',
      severity: 'error',
      comment: 'main.ts is the composition root: take a clock, ids or an adapter as an argument.',
      from: { path: '^src/', pathNot: '^src/main\\.ts$' },
      to: { path: '^src/(?:main|system)\\.ts$' },
    },
    {
      name: 'config-goes-through-main',
      severity: 'error',
      comment: 'Settings are handed in as arguments by main.ts.',
      from: { path: '^src/', pathNot: folder('config', 'main', 'compose', 'maintenance', 'dev') },
      to: { path: folder('config') },
    },
    wrapped('sql', ['better-sqlite3', 'drizzle-orm', 'pg'], folder('store', 'maintenance'), 'SQL lives behind the Store port.'),
    wrapped('redis', ['bullmq', 'ioredis'], folder('queue'), 'Redis lives behind the Queue port.'),
    wrapped(
      'outgoing-http',
      ['undici'],
      folder('webhook', 'handlers', 'http-client', 'client'),
      'Callbacks go through the Sender port, upstreams through the Workshop.',
    ),
    wrapped('web', ['hono', '@hono', 'swagger-ui-dist'], folder('http', 'dashboard'), 'Status codes and headers belong to http/.'),
    wrapped('figures', ['prom-client'], folder('metrics'), 'Nothing but metrics/ knows how figures are kept.'),
    wrapped('log', ['pino'], '^src/main\\.ts$', 'Log through the Log port.'),
    {
      name: 'source-stands-alone',
      severity: 'error',
      comment: 'What ships does not lean on tests, scripts or development dependencies.',
      from: { path: '^src/' },
      to: { path: '^(?:test|bench|scripts|examples)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-dev-dependencies',
      severity: 'error',
      comment: 'A library the service needs belongs to `dependencies` of package.json.',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/@types/' },
    },
    { name: 'resolvable', severity: 'error', comment: 'Every import leads somewhere.', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Move what both need into a file of its own.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
}
