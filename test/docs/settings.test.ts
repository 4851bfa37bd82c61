import { readFileSync } from 'node:fs'
import t from 'tap'
import { SETTINGS } from '../../src/config.js'

t.test("README's configuration table has every setting with its default and meaning, and no other row", t => {
  const rows = readFileSync('README.md', 'utf8')
    .split('\n')
    .filter(line => line.startsWith('| `FILMROOM_'))
  const settings = Object.values(SETTINGS).map(
    ({ name, default: fallback, meaning }) =>
      `| \`${name}\` | ${fallback === undefined ? 'none' : `\`${fallback}\``} | ${meaning} |`,
  )
  t.same(rows, settings)
  t.end()
})

t.test('every setting that a document names exists', t => {
  const known = Object.values(SETTINGS).map(({ name }) => name)
  const documents = ['README.md', 'openapi/filmroom.yaml'].concat(
    ['architecture', 'conformance', 'deployment', 'operations', 'problems', 'security'].map(
      name => `docs/${name}.md`,
    ),
  )
  for (const document of documents) {
    const named = readFileSync(document, 'utf8').match(/FILMROOM_[A-Z_]+\b(?!\*)/g) ?? []
    t.same(
      named.filter(name => !known.includes(name) && !name.endsWith('_')),
      [],
      document,
    )
  }
  t.end()
})
