// The direction of imports, as in the table of docs/architecture.md. Each comment names the right way. Checked by `npm run check`.
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

/**
 * Rooms of a folder, lowest first: a room may import itself and the rooms listed before it. Files that lie directly in the folder stand
 * above all rooms.
 */
const rooms = (parent, ...names) =>
  names.map((name, floor) => ({
    name: `${parent}/${name}`,
    severity: 'error',
    comment: `The rooms of ${parent}/, lowest first: ${names.join(', ')}. A room imports only itself and lower ones.`,
    from: { path: `^src/${parent}/${name}/` },
    to: { path: `^src/${parent}/`, pathNot: names.slice(0, floor + 1).map((lower) => `^src/${parent}/${lower}/`) },
  }))

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
    only(
      'ports',
      folder('ports'),
      folder('ports', 'domain'),
      'A port speaks in domain types; an adapter translates its library into them.',
    ),
    only('wire', folder('wire'), folder('wire', 'domain', 'ports'), 'Documents and schemas of the wire are made of domain types.'),
    {
      name: 'wire-has-one-library',
      severity: 'error',
      comment: 'Schemas of wire/ are written in zod, and documents/ takes no library.',
      from: { path: folder('wire') },
      to: { pathNot: ['^src/', '^node_modules/zod/'] },
    },
    {
      name: 'core-without-libraries',
      severity: 'error',
      comment: 'lifecycle/ and ports/ reach the world through a port: add what is missing there and to its adapter.',
      from: { path: folder('lifecycle', 'ports') },
      to: { pathNot: ['^src/'] },
    },
    only(
      'lifecycle',
      folder('lifecycle'),
      [folder('lifecycle', 'domain', 'ports'), '^src/wire/documents/'],
      'A verb knows ports, not adapters: bootstrap/ hands the adapter in.',
    ),
    {
      name: 'adapters',
      severity: 'error',
      comment: 'Adapters never know one another or the lifecycle: they meet in ports/, and bootstrap/ joins them.',
      from: { path: '^src/(store|queue|webhook|handlers|runtime|tracing)/' },
      to: { path: '^src/', pathNot: ['^src/$1/', folder('domain', 'ports'), folder('http-client')] },
    },
    {
      name: 'http-client-is-for-senders',
      severity: 'error',
      comment: 'http-client/ holds what webhook/ and handlers/ share when they send HTTP requests.',
      from: { path: '^src/', pathNot: folder('http-client', 'webhook', 'handlers') },
      to: { path: folder('http-client') },
    },
    ...rooms('lifecycle', 'commit', 'process', 'access', 'tenants', 'outbox', 'endpoints', 'deliveries', 'jobs', 'feed', 'engine'),
    ...rooms('store', 'folder', 'tables', 'rows', 'steps', 'driver', 'records', '(?:sqlite|postgres)'),
    ...rooms('store/sqlite', 'tables', 'statements', 'file', 'queries', 'threads', 'ipc'),
    ...rooms('store/postgres', 'tables', 'statements', 'connection', 'queries', 'writes'),
    {
      name: 'dialects',
      severity: 'error',
      comment: 'Dialects of SQL never know one another: what they share lies beside them in store/.',
      from: { path: '^src/store/(sqlite|postgres)/' },
      to: { path: '^src/store/(?:sqlite|postgres)/', pathNot: '^src/store/$1/' },
    },
    wrapped(
      'sqlite',
      ['better-sqlite3'],
      '^src/(?:store/(?:folder|sqlite)|commands)/',
      'Only the SQLite dialect and the lock of the data folder know SQLite.',
    ),
    wrapped('postgres', ['pg'], '^src/store/postgres/', 'Only the PostgreSQL dialect knows its driver.'),
    wrapped('drizzle', ['drizzle-orm'], '^src/store/(?:sqlite|postgres)/', 'A dialect reads the schema and its migrations with drizzle.'),
    ...rooms('wire', 'documents', 'schemas'),
    ...rooms('http', 'admission', 'kit', 'server', 'live', 'docs', 'routes', 'dashboard'),
    ...rooms('http/dashboard', 'assets', 'session', 'components', 'pages'),
    ...['embedded', 'bullmq'].map((name) => ({
      name: `queue/${name}`,
      severity: 'error',
      comment: 'The adapters of the queue port never know each other: what both need lies beside them in queue/.',
      from: { path: `^src/queue/${name}/` },
      to: { path: '^src/queue/(?:embedded|bullmq)/', pathNot: `^src/queue/${name}/` },
    })),
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
      folder('http'),
      folder('http', 'lifecycle', 'wire', 'domain', 'ports'),
      'Reads go to the Store port, every write through a verb of lifecycle/.',
    ),
    only(
      'metrics',
      folder('metrics'),
      folder('metrics', 'domain', 'ports'),
      'Metrics watch ports from outside: bootstrap/ puts them around an adapter.',
    ),
    only('commands', folder('commands'), folder('commands', 'store', 'config', 'domain', 'ports'), 'A command works on the store alone.'),
    only('dev', folder('dev'), folder('dev', 'config', 'bootstrap'), 'dev/ runs the program as its user would: as a process.'),
    only('config', folder('config'), folder('config', 'domain'), 'config/ gives plain data; bootstrap/ carries it to whoever needs it.'),
    only(
      'door',
      '^src/index\\.ts$',
      folder('handlers', 'domain'),
      'The package door shows what handler modules need, nothing of the server.',
    ),
    only('client', folder('client'), folder('client'), 'The client carries no server code: it is packed from this folder alone.'),
    {
      name: 'client-without-libraries',
      severity: 'error',
      comment: 'client/ runs in browsers and workers: fetch, WebCrypto and streams are all it has.',
      from: { path: folder('client') },
      to: { pathNot: ['^src/'] },
    },
    ...rooms('client', 'documents', 'transport', 'jobs', 'resources'),
    only(
      'cli',
      folder('cli'),
      folder('cli', 'client', 'config'),
      'The command line speaks the wire contract through client/; serve, dev, backup and restore are handed to it by the program.',
    ),
    ...rooms('cli', 'world', 'output', 'profile', 'call', 'commands'),
    {
      name: 'cli-and-program',
      severity: 'error',
      comment: 'Only the program, in bin/, and the scripts that write its documentation know the command line.',
      from: { path: '^src/', pathNot: folder('cli') },
      to: { path: folder('cli') },
    },
    wrapped('arguments', ['commander'], folder('cli'), 'Flags and arguments belong to the command line.'),
    {
      name: 'bootstrap-is-mains',
      severity: 'error',
      comment: 'bootstrap/ holds parts of the composition root.',
      from: { path: '^src/', pathNot: folder('main', 'bootstrap', 'dev') },
      to: { path: folder('bootstrap') },
    },
    {
      name: 'only-bootstrap-makes-the-world',
      severity: 'error',
      comment: 'bootstrap/ is the composition root: take a clock, ids or an adapter as an argument.',
      from: { path: '^src/', pathNot: folder('main', 'bootstrap', 'runtime') },
      to: { path: folder('main', 'runtime') },
    },
    {
      name: 'config-goes-through-main',
      severity: 'error',
      comment: 'Settings are handed in as arguments by bootstrap/.',
      from: { path: '^src/', pathNot: folder('config', 'main', 'bootstrap', 'commands', 'dev') },
      to: { path: folder('config') },
    },
    wrapped('sql', ['better-sqlite3', 'drizzle-orm', 'pg'], folder('store', 'commands'), 'SQL lives behind the Store port.'),
    wrapped('redis', ['bullmq', 'ioredis'], folder('queue'), 'Redis lives behind the Queue port.'),
    wrapped(
      'outgoing-http',
      ['undici'],
      folder('webhook', 'handlers', 'http-client'),
      'Callbacks go through the Sender port, upstreams through the Executor.',
    ),
    wrapped(
      'web',
      ['hono', '@hono', 'ws', 'swagger-ui-dist', 'htmx\\.org', 'uplot', '@asteasolutions'],
      folder('http'),
      'Status codes and headers belong to http/.',
    ),
    wrapped('figures', ['prom-client'], folder('metrics'), 'Nothing but metrics/ knows how figures are kept.'),
    wrapped('traces', ['@opentelemetry'], '^src/tracing/', 'Spans are made through the Tracing port.'),
    wrapped('log', ['pino'], folder('runtime'), 'Log through the Log port.'),
    {
      name: 'source-stands-alone',
      severity: 'error',
      comment: 'What ships does not lean on tests, scripts or development dependencies.',
      from: { path: '^src/' },
      to: { path: '^(?:test|fault|bench|scripts|examples)/', dependencyTypesNot: ['type-only'] },
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
