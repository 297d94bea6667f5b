/** `npm run openapi`: prints the document the service answers with at `/openapi.json`. */
import { readFileSync } from 'node:fs'
import { createApp } from '../src/http/app.ts'
import { testWorld } from '../test/support/world.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
await using world = await testWorld({ settings: { publicUrl: 'http://127.0.0.1:3000', version } })
const app = createApp(world, { adminKeyHash: new Uint8Array(32), isWorker: false, maxBody: 0, stopping: () => false, metrics: async () => '' })
const answer = await app.request('/openapi.json')
console.log(JSON.stringify(await answer.json(), null, 2))
