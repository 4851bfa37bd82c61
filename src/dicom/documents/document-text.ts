import type { DocumentElement, DocumentNode } from './document.js'

/** The same document as lines of text: headings underlined, lists and what is inside them indented, a table row a line. */
export function documentText(nodes: readonly DocumentNode[]): string {
  const writer = new TextLines()
  for (const node of nodes) writer.write(node)
  return writer.finish()
}

/** Printers and terminals take them for orders. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff]/gu
const LONGEST_UNDERLINE = 100

class TextLines {
  readonly #lines: string[] = []
  #indent = ''
  /** before the first line of a list item */
  #bullet: string | undefined
  #line = ''
  #sections = 0

  write(node: DocumentNode): void {
    if (typeof node === 'string') {
      this.#line += node
      return
    }
    switch (node.name) {
      case 'br':
        this.#end(true)
        break
      case 'h1':
      case 'h2':
        this.#heading(node, node.name === 'h1' ? '=' : '-')
        break
      case 'h3':
      case 'h4':
      case 'h5':
      case 'h6':
        this.#heading(node, '')
        break
      case 'li':
        this.#block(() => this.#indented('- ', () => this.#all(node)))
        break
      case 'dt':
        this.#end()
        this.#all(node)
        this.#line += ': '
        break
      case 'dd':
        this.#indented('', () => this.#all(node))
        break
      case 'tr':
        this.#block(() => this.#row(node))
        break
      case 'section':
        this.#block(() => this.#section(node))
        break
      case 'p':
      case 'dl':
      case 'table':
      case 'pre':
        this.#block(() => this.#all(node))
        this.#blank()
        break
      case 'div':
      case 'ul':
      case 'ol':
      case 'caption':
        this.#block(() => this.#all(node))
        break
      case 'a':
        this.#all(node)
        if (node.attributes.href?.startsWith('#') === false) this.#line += ` <${node.attributes.href}>`
        break
      default:
        this.#all(node)
    }
  }

  finish(): string {
    this.#end()
    while (this.#lines.at(-1) === '') this.#lines.pop()
    return `${this.#lines.join('\n')}\n`
  }

  #all({ children }: DocumentElement): void {
    for (const child of children) this.write(child)
  }

  #block(inside: () => void): void {
    this.#end()
    inside()
    this.#end()
  }

  /** Lines from the second on are indented, as is the bullet of the first. */
  #indented(bullet: string | undefined, inside: () => void): void {
    const indent = this.#indent
    if (bullet !== undefined) this.#bullet = indent + bullet
    this.#indent = `${indent}  `
    inside()
    this.#end()
    this.#indent = indent
    this.#bullet = undefined
  }

  #heading(node: DocumentElement, underline: string): void {
    this.#end()
    if (this.#lines.length > 0) this.#blank()
    this.#all(node)
    const { length } = this.#line.trim()
    this.#end()
    if (length === 0) return
    this.#line = underline.repeat(Math.min(length, LONGEST_UNDERLINE))
    this.#end()
  }

  /** One inside another is indented. */
  #section(node: DocumentElement): void {
    if (this.#sections++ === 0) this.#all(node)
    else this.#indented(undefined, () => this.#all(node))
    this.#sections--
  }

  #row({ children }: DocumentElement): void {
    const cells = children.map(cell => {
      const lines = documentText([cell]).trim().split('\n')
      return lines.map(line => line.trim()).join(' / ')
    })
    this.#line += cells.join(' | ')
  }

  #blank(): void {
    this.#end()
    if (this.#lines.at(-1) !== '') this.#lines.push('')
  }

  #end(always = false): void {
    const text = this.#line
      .replace(/[\t\n]/g, ' ')
      .replace(CONTROLS, '')
      .trimEnd()
    this.#line = ''
    if (text === '' && !always) return
    const indent = this.#bullet ?? this.#indent
    this.#bullet = undefined
    this.#lines.push((indent + text).trimEnd())
  }
}
