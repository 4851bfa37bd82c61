// The house (docs/architecture.md): arrows go down only, no cycles. `npm run check` runs this.
const only = (room, allowed) => ({
  name: `${room}-knows-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...allowed].join('|')})/` },
})
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    only('dicom', []),
    only('web', ['dicom']),
    only('blobs', ['dicom']),
    only('index', ['dicom']),
    only('imaging', ['dicom']),
    only('services', ['index', 'blobs', 'imaging', 'dicom']),
    only('http', ['web', 'services', 'dicom']),
    only('cli', ['web', 'services', 'dicom']),
    {
      name: 'nobody-imports-http-or-cli',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http|cli)/|^src/(assemble|start|command)\\.ts$' },
      to: { path: '^src/(http|cli)/' },
    },
    {
      name: 'only-http-knows-fastify',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(http/|assemble\\.ts$)' },
      to: { path: 'node_modules/(fastify|@fastify/cors)' },
    },
    {
      name: 'only-index-knows-sql',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/index/' },
      to: { path: 'node_modules/(kysely|better-sqlite3|pg)/' },
    },
    {
      name: 'migrations-stand-alone',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { path: '^src/' },
    },
    {
      name: 'src-does-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'no-vague-names',
      severity: 'error',
      from: { path: '^(src|test|bench)' },
      to: { path: '^(src|test|bench)/.*(util|utils|helper|helpers|common|manager)[.]ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
