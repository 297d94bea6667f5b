/** A client of the wire contract for black-box tests: one pool of connections to one running service. */
import { Pool } from 'undici'

export interface Answer {
  status: number
  headers: Record<string, string>
  text: string
  /** The body as JSON. Loosely typed: these tests check documents, they do not build on them. */
  // biome-ignore lint/suspicious/noExplicitAny: a black-box test reads whatever came
  json: any
}

export interface Api {
  readonly url: string
  /** A body is sent as JSON unless it is text or bytes already. Rejects when no complete answer arrives: refused, reset, cut. */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, more?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>
  submit(job: object, headers?: Record<string, string>): Promise<Answer>
  job(id: string): Promise<Answer>
  /** The job's document once `fits` holds, asked again and again with long polls. Throws after `ms` milliseconds. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.json
  jobUntil(id: string, fits: (document: any) => boolean, ms?: number): Promise<any>
  close(): Promise<void>
}

export function createApi(url: string, key: string, connections = 16): Api {
  const pool = new Pool(url, { connections, headersTimeout: 70_000 })

  async function call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
  ) {
    const response = await pool.request({
      method,
      path,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body: body === undefined ? null : typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
    })
    const text = await response.body.text()
    return {
      status: response.statusCode,
      headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
      text,
      get json() {
        return JSON.parse(text)
      },
    }
  }

  const job = (id: string) => call('GET', `/v1/jobs/${id}`)

  return {
    url,
    call,
    job,
    submit: (body, headers) => call('POST', '/v1/jobs', { body, ...(headers ? { headers } : {}) }),
    async jobUntil(id, fits, ms = 45_000) {
      const deadline = performance.now() + ms
      let etag = ''
      for (;;) {
        const headers: Record<string, string> = etag === '' ? {} : { 'if-none-match': etag }
        const answer = await call('GET', `/v1/jobs/${id}?wait=${etag === '' ? 0 : 1}`, { headers })
        if (answer.status !== 304) {
          if (answer.status !== 200) throw new Error(`GET of job ${id} answered ${answer.status}: ${answer.text}`)
          if (fits(answer.json)) return answer.json
          etag = answer.headers.etag ?? ''
        }
        if (performance.now() > deadline) throw new Error(`job ${id} did not get there in ${ms} ms; now ${(await job(id)).text}`)
      }
    },
    close: () => pool.destroy(),
  }
}
