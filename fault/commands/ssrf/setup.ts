/** The service inside the network of the `ssrf` command: production configuration, and every proxy variable pointed at a canary. */
import { join } from 'node:path'
import { type Api, createApi } from '../../../test/support/api.ts'
import { ADMIN_KEY, removeFolder, type Service, startService, tempFolder } from '../../../test/support/service.ts'
import { HANDLERS } from '../../harness/builds.ts'
import { CA_FILE } from '../receivers/tls.ts'
import { PROXY_PORT } from './listeners.ts'

const PROXY = `http://10.0.0.1:${PROXY_PORT}`
/** Every way to name a proxy in the environment, and Node's switch that makes it use them. */
export const PROXIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'].map((name) => [name, PROXY])),
  NODE_USE_ENV_PROXY: '1',
}

export interface SetupOptions {
  env?: Record<string, string>
  preload?: readonly URL[]
  /** One that is there already, and stays. */
  dataDir?: string
}

/** Runs `act` on a fresh service. Loopback is as forbidden as in production unless `env` says otherwise. */
export async function withService<T>(
  { env = {}, preload = [], dataDir }: SetupOptions,
  act: (api: Api, service: Service) => Promise<T>,
): Promise<T> {
  const folder = await tempFolder()
  const service = await startService({
    dataDir: dataDir ?? join(folder, 'data'),
    handlersDir: HANDLERS,
    env: {
      LOG_LEVEL: 'warn',
      CALLBACK_ALLOW: '',
      CALLBACK_CA: CA_FILE,
      CALLBACK_TIMEOUT: '3s',
      CALLBACK_RETRY_SCHEDULE: '200ms',
      CALLBACK_BREAKER: 'off',
      ...PROXIES,
      ...env,
    },
    preload,
  })
  const api = createApi(service.url, ADMIN_KEY, 64)
  try {
    return await act(api, service)
  } finally {
    await api.close()
    await service.stop()
    await removeFolder(folder)
  }
}
