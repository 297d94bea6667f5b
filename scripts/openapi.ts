/** `npm run openapi`: prints the document the service answers with at `/openapi.json`. */
import { readFileSync } from 'node:fs'
import { createHttp } from '../src/http/app.ts'
import { testWorld } from '../test/support/world.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
await using world = await testWorld({ settings: { publicUrl: () => 'http://127.0.0.1:3000', version } })
const settings = {
  adminKeyHash: new Uint8Array(32),
  tokenKey: new Uint8Array(32),
  corsOrigins: [],
  maxBody: 0,
  maxResult: 0,
  isWorker: false,
  dashboard: true,
  stopping: () => false,
  metrics: async () => '',
  holdBack: async () => {},
}
const { app } = createHttp(world, settings)
const answer = await app.request('/openapi.json')
console.log(JSON.stringify(await answer.json(), null, 2))
