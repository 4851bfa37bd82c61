import { BlockList, isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'

/** URLs in answers. RetrieveURL and BulkDataURI are absolute; their origin is FILMROOM_PUBLIC_URL, else what a trusted
 *  proxy says (RFC 7239 `Forwarded`, or `X-Forwarded-*`), else the request's own Host. */
export interface RequestOrigin {
  /** URL of the DICOMweb root, without a slash at its end */
  readonly base: string
  /** false where any client can choose it */
  readonly fixed: boolean
}

export type OriginOf = (request: FastifyRequest) => RequestOrigin

export interface OriginSettings {
  readonly publicUrl: string | undefined
  readonly trustProxy: readonly string[] | undefined
  readonly basePath: string
}

const LOOPBACK_NAMES = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/

export function originOf(settings: OriginSettings): OriginOf {
  const trusts = trustedProxies(settings.trustProxy ?? [])
  return request => {
    if (settings.publicUrl !== undefined) return { base: settings.publicUrl + settings.basePath, fixed: true }
    const forwarded = trusts(request.socket.remoteAddress)
      ? forwardedOrigin(request, settings.basePath)
      : undefined
    if (forwarded !== undefined) return { base: forwarded, fixed: true }
    const host = request.headers.host ?? 'localhost'
    // A Host that is no host would end up inside a URL in someone's metadata.
    const safe = isHost(host) ? host : 'localhost'
    return { base: `http://${safe}${settings.basePath}`, fixed: LOOPBACK_NAMES.test(safe) }
  }
}

function isHost(text: string): boolean {
  return /^([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/.test(text)
}

function trustedProxies(names: readonly string[]): (address: string | undefined) => boolean {
  const trusted = new BlockList()
  for (const name of names) {
    if (name === 'loopback') {
      trusted.addSubnet('127.0.0.0', 8, 'ipv4')
      trusted.addAddress('::1', 'ipv6')
    } else {
      const [address = '', bits] = name.split('/')
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
      if (bits === undefined) trusted.addAddress(address, family)
      else trusted.addSubnet(address, Number(bits), family)
    }
  }
  return address => {
    if (address === undefined || names.length === 0) return false
    const plain = address.replace(/^::ffff:(?=\d+\.)/, '')
    return trusted.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4')
  }
}

/** The first entry is the client's own request to the first proxy. */
function forwardedOrigin(request: FastifyRequest, basePath: string): string | undefined {
  const forwarded = parameters(header(request, 'forwarded'))
  const saidProtocol = forwarded.get('proto') ?? header(request, 'x-forwarded-proto')
  const protocol = saidProtocol ?? 'http'
  // Many proxies pass the Host on as it is and add the protocol alone.
  const passedOn = saidProtocol === undefined ? undefined : request.headers.host
  let host = forwarded.get('host') ?? header(request, 'x-forwarded-host') ?? passedOn
  if (host === undefined || !isHost(host) || !/^https?$/.test(protocol)) return undefined
  const port = header(request, 'x-forwarded-port')
  const usual = protocol === 'https' ? '443' : '80'
  if (!/:\d+$/.test(host) && port !== undefined && /^\d{1,5}$/.test(port) && port !== usual)
    host += `:${port}`
  const prefix = header(request, 'x-forwarded-prefix')
  const path =
    prefix !== undefined && /^(\/[A-Za-z0-9._~-]+)*\/?$/.test(prefix) ? prefix.replace(/\/$/, '') : basePath
  return `${protocol}://${host}${path}`
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return (Array.isArray(value) ? value[0] : value)?.split(',')[0]?.trim()
}

function parameters(element: string | undefined): ReadonlyMap<string, string> {
  return new Map(
    (element ?? '').split(';').map(pair => {
      const [name = '', value = ''] = pair.split('=', 2)
      return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, '$1')]
    }),
  )
}
