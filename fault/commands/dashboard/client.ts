/** Requests of the dashboard as no browser of good faith would send them: any Host, Origin and cookie. */
import { request as send } from 'node:http'

/** One request. */
export interface Asked {
  method?: 'GET' | 'POST'
  path: string
  headers?: Readonly<Record<string, string>>
  /** The body: of a form, or as it is. */
  body?: Readonly<Record<string, string>> | string
}

/** What was answered. */
export interface Answered {
  status: number
  /** Without `date`, which differs by itself. In the order they came. */
  headers: readonly (readonly [name: string, value: string])[]
  text: string
  header(name: string): string | null
}

const FORM = 'application/x-www-form-urlencoded'

/** Asks the service at this URL. Rejects when no complete answer comes. */
export function ask(url: string, { method = 'GET', path, headers = {}, body }: Asked): Promise<Answered> {
  const bytes = typeof body === 'object' ? new URLSearchParams(body).toString() : (body ?? '')
  const framing = method === 'POST' ? { 'content-type': FORM, 'content-length': String(Buffer.byteLength(bytes)) } : {}
  return new Promise((resolve, reject) => {
    const request = send(url + path, { method, headers: { ...framing, ...headers }, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('error', reject)
      response.on('end', () => {
        const raw = response.rawHeaders
        const pairs = raw.flatMap((name, n) => (n % 2 === 0 ? [[name.toLowerCase(), raw[n + 1] ?? ''] as const] : []))
        resolve({
          status: response.statusCode ?? 0,
          headers: pairs.filter(([name]) => name !== 'date'),
          text,
          header: (name) => pairs.find(([own]) => own === name)?.[1] ?? null,
        })
      })
    })
    request.on('error', reject)
    request.end(bytes)
  })
}

/** Logs in as a browser does and gives the cookie. Throws when the key is refused. */
export async function login(url: string, key: string, cookie?: string): Promise<string> {
  const headers = { origin: url, ...(cookie === undefined ? {} : { cookie }) }
  return cookieOf(await ask(url, { method: 'POST', path: '/dashboard/login', headers, body: { key } }))
}

/** The cookie that came with an answer. Throws when none did. */
export function cookieOf(answer: Answered): string {
  const [cookie = ''] = (answer.header('set-cookie') ?? '').split(';')
  if (!/^ringback=.{43}$/.test(cookie)) throw new Error(`no session was opened: ${answer.status}`)
  return cookie
}
