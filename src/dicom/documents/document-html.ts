import { escapedAttribute, escapedText } from '../native-xml-text.js'
import type { Attributes, DocumentNode } from './document.js'

/** What the page is served under beside `sandbox`: nothing runs, nothing is loaded, only its own style sheet counts. */
export const DOCUMENT_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"

const STYLE = `body{font:16px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif;color:#1b1b1b;background:#fff;max-width:52em;margin:2em auto;padding:0 1.5em;overflow-wrap:anywhere}
h1{font-size:1.6em;line-height:1.2;margin:0 0 .6em}h2{font-size:1.25em;border-bottom:1px solid #ccc;padding-bottom:.15em;margin:1.4em 0 .5em}h3{font-size:1.1em;margin:1.2em 0 .4em}h4,h5,h6{font-size:1em;margin:1em 0 .3em}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15em 1.2em;margin:0 0 1.5em;padding:.8em 1em;background:#f4f6f8;border-radius:4px}dt{color:#555}dd{margin:0}
section section{margin-left:.2em;padding-left:.9em;border-left:2px solid #e6eaee}ul,ol{margin:.3em 0;padding-left:1.3em}li{margin:.2em 0}p{margin:.5em 0}
.note{color:#666;font-size:.85em}.continuous span:hover{background:#eef3f8}a{color:#0b57a4}
table{border-collapse:collapse;margin:.6em 0}th,td{border:1px solid #bbb;padding:.25em .6em;text-align:left;vertical-align:top}caption{text-align:left;color:#555;padding:.2em 0}pre{white-space:pre-wrap;font-family:inherit;margin:.5em 0}
:target{background:#fff3bf}`

/** One HTML document, complete and UTF-8. All of it that comes from outside is escaped.
 * @param nodes nested no deeper than a stack holds: MOST_DEPTH levels of what they were made of */
export function documentHtml(title: string, nodes: readonly DocumentNode[]): string {
  const out = [
    `<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapedText(title)}</title><style>${STYLE}</style></head>\n<body>\n`,
  ]
  for (const node of nodes) write(node, out)
  out.push('\n</body></html>\n')
  return out.join('')
}

function write(node: DocumentNode, out: string[]): void {
  if (typeof node === 'string') {
    out.push(escapedText(node))
    return
  }
  const { name, attributes, children } = node
  out.push(BLOCKS.has(name) ? '\n<' : '<', name, attributesText(attributes), '>')
  if (name === 'br') return
  for (const child of children) write(child, out)
  out.push('</', name, '>')
}

/** Begin on a line of their own, for those who read the source. */
const BLOCKS = new Set([
  'dd',
  'dl',
  'dt',
  'h1',
  'h2',
  'h3',
  'h4',
  'li',
  'ol',
  'p',
  'section',
  'table',
  'tr',
  'ul',
])

function attributesText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapedAttribute(String(value))}"`)
    .join('')
}
