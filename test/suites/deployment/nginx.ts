/** What docker/nginx/nginx.conf says, read as text: for the other files that have to say the same. */
import { readFileSync } from 'node:fs'

export const NGINX_CONF = readFileSync('docker/nginx/nginx.conf', 'utf8')

/** The values of a directive, each time that it stands there. */
export function directive(name: string, conf = NGINX_CONF): string[] {
  return [...conf.matchAll(new RegExp(`^\\s*${name}\\s+([^;{]+);`, 'gm'))].map(([, value = '']) => value)
}
