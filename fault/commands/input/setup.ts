/** The service of one group of cases, and an upstream that answers with the bytes it was sent. */
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { Api } from '../../../test/support/api.ts'
import { ADMIN_KEY, removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { COLLECT_ON_SIGNAL } from '../../harness/process-figures.ts'

export const HOST = 'Host: ringback\r\n'
export const KEY = `Authorization: Bearer ${ADMIN_KEY}\r\n`
export const JSON_TYPE = 'Content-Type: application/json\r\n'

export interface Setup {
  service: Service
  port: number
  api: Api
  /** SHA-256 of the bytes the upstream was sent, by job id. Its job type is `echo`. */
  sentUpstream: ReadonlyMap<string, string>
}

/** Runs `act` on a fresh service; nothing is left of it afterwards. */
export async function withService<T>(env: Record<string, string>, preload: readonly URL[], act: (setup: Setup) => Promise<T>): Promise<T> {
  const folder = await tempFolder()
  const upstream = await startEcho()
  let service: Service | undefined
  try {
    service = await startService({
      dataDir: join(folder, 'data'),
      handlersDir: HANDLERS,
      env: { LOG_LEVEL: 'warn', UPSTREAMS: `echo=${upstream.url}`, ...env },
      preload: [COLLECT_ON_SIGNAL, ...preload],
    })
    return await act({ service, port: Number(new URL(service.url).port), api: service.api, sentUpstream: upstream.sent })
  } finally {
    await service?.kill()
    upstream.close()
    await removeFolder(folder)
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

async function startEcho() {
  const sent = new Map<string, string>()
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    sent.set(String(request.headers['ringback-job-id']), sha256(body))
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/echo`,
    sent: sent as ReadonlyMap<string, string>,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
