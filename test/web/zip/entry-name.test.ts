import fc from 'fast-check'
import t from 'tap'
import { entryName } from '../../../src/web/zip/entry-name.js'

t.test('what a person wrote stays readable', t => {
  t.equal(entryName('20240131 Schädel nativ', 'Study'), '20240131 Schädel nativ')
  t.equal(entryName('  1 CT   Thorax\tvenös ', 'Series'), '1 CT Thorax_venös')
  t.equal(entryName('頭部 CT', 'Study'), '頭部 CT')
  t.equal(entryName('', 'Study'), 'Study')
  t.equal(entryName(' ... ', 'Study'), 'Study')
  t.end()
})

t.test('no path, no hidden file, no device, nothing that looks like something else', t => {
  const hostile: [string, string][] = [
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..\\..\\x', '_.._x'],
    ['C:\\Windows', 'C__Windows'],
    ['/etc', '_etc'],
    ['.hidden', 'hidden'],
    ['a\u0000b\nc\u009bd', 'a_b_c_d'],
    ['CON', '_CON'],
    ['nul.dcm', '_nul.dcm'],
    ['COM1 .txt', '_COM1 .txt'],
    ['console', 'console'],
    ['a<b>c|d?e*f"g', 'a_b_c_d_e_f_g'],
    ['gpj.\u202Ecod', 'gpj._cod'],
    ['trailing. .', 'trailing'],
    ['\ud800half', '_half'],
  ]
  for (const [text, name] of hostile) t.equal(entryName(text, 'x'), name, JSON.stringify(text))
  t.equal(Array.from(entryName('🙂'.repeat(500), 'x')).length, 64)
  t.end()
})

t.test('any text makes one safe name', t => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), text => {
      const name = entryName(text, 'x')
      t.ok(
        name !== '' &&
          !/[\\/\u0000-\u001f:]|^[. ]|[. ]$/.test(name) &&
          Array.from(name).length <= 65 &&
          name === name.normalize('NFC') &&
          entryName(name, 'x') === name,
        JSON.stringify(text),
      )
    }),
    { numRuns: 500 },
  )
  t.end()
})
