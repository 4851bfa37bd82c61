/** Commands in a document, the output shown below them, and whether what came is what is shown. */

export interface Block {
  readonly commands: string
  readonly shown: string
  readonly language: string
}

/** The bash blocks after a comment `<!-- test -->`, each followed by a block with its output.
 * @throws Error where such a block or its output is missing: a document cannot lose its test unseen */
export function testedBlocks(markdown: string): Block[] {
  const marks = markdown.split('<!-- test -->\n').slice(1)
  return marks.map(text => {
    const match = /^```bash\n([^]*?)```\n```(\w+)\n([^]*?)```\n/.exec(text)
    if (match === null)
      throw new Error(`no bash block with its output after <!-- test -->: ${text.slice(0, 60)}`)
    const [, commands = '', language = '', shown = ''] = match
    return { commands, language, shown }
  })
}

/** Whether output is as shown. `…` in a line stands for anything in that line, a line of `…` for any lines.
 *  JSON is compared as values: `"…"` stands for any value, and a property `"…"` for any further ones. */
export function isAsShown(output: string, { shown, language }: Block): boolean {
  if (language === 'json') return sameJson(JSON.parse(output), JSON.parse(shown))
  const pattern = shown
    .trimEnd()
    .split('\n')
    .map(line => (line === '…' ? '[^]*' : line.split('…').map(escaped).join('.*')))
    .join('\n')
  return new RegExp(`^${pattern}$`).test(output.trimEnd())
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}

function sameJson(came: unknown, shown: unknown): boolean {
  if (shown === '…') return true
  if (typeof shown !== 'object' || shown === null || typeof came !== 'object' || came === null) {
    return came === shown
  }
  if (Array.isArray(shown) !== Array.isArray(came)) return false
  const open = '…' in shown
  const names = Object.keys(shown).filter(name => name !== '…')
  return (
    (open || Object.keys(came).length === names.length) &&
    names.every(
      name =>
        name in came &&
        sameJson((came as Record<string, unknown>)[name], (shown as Record<string, unknown>)[name]),
    )
  )
}
