/** PS3.5 6.1, H, I, J, K; PS3.3 C.12.1.1.2. Bytes are the standard's examples. */
import t from 'tap'
import { characterSetOf } from '../../src/dicom/character-sets.js'

function decode(specificCharacterSet: string, bytes: string, vr = 'PN'): string {
  const buffer = Buffer.from(bytes.replaceAll(' ', ''), 'hex')
  return characterSetOf(specificCharacterSet).decode(buffer, 0, buffer.length, vr)
}

t.test('single-byte sets', t => {
  t.equal(decode('', '4de96c'), 'Mél', 'none said: what the standard forbids is read as Latin-1')
  t.equal(decode('ISO_IR 100', '80e9'), '\x80é', 'Latin-1, not windows-1252')
  t.equal(decode('ISO_IR 144', 'bbee'), 'Лю')
  t.equal(decode('ISO_IR 166', 'a1a2'), 'กข')
  t.equal(decode('ISO_IR 203', 'a4'), '€')
  t.equal(decode('ISO_IR 192', 'e4b8ad ff'), '中�', 'bytes that do not fit never fail')
  t.equal(decode('GB18030', 'cdf5 5e d0a1b6ab'), '王^小东')
  t.end()
})

t.test('H.3 Japanese with code extensions', t => {
  t.equal(
    decode(
      '\\ISO 2022 IR 87',
      '59616d6164615e5461726f753d 1b2442 3b33 4544 1b2842 5e 1b2442 4240 4f3a 1b2842',
    ),
    'Yamada^Tarou=山田^太郎',
  )
  t.equal(decode('ISO 2022 IR 13\\ISO 2022 IR 87', 'd4cfc0de5ec0dbb3'), 'ﾔﾏﾀﾞ^ﾀﾛｳ')
  t.end()
})

t.test('I.2 Korean, K.2 Chinese', t => {
  t.equal(decode('\\ISO 2022 IR 149', '486f6e673d 1b242943 fbf3 5e 1b242943 d1ce d4d7'), 'Hong=洪^吉洞')
  t.equal(decode('\\ISO 2022 IR 58', '1b242941 d5c5 5e 1b242941 d0a1b6ab'), '张^小东')
  t.end()
})

t.test('as files write it', t => {
  t.equal(decode('ISO-IR 101', 'b3'), 'ł')
  t.equal(decode('ISO_IR101 ', 'b3'), 'ł')
  t.equal(decode('UTF-8', 'c582'), 'ł')
  t.equal(
    decode('ISO_IR 100\\ISO 2022 IR 87', '1b2442 3b33 1b2842 41'),
    '山A',
    'ASCII need not be named to be returned to',
  )
  t.end()
})

t.test('what cannot be decoded is still text', t => {
  t.equal(characterSetOf('NONSENSE').known, false)
  t.equal(decode('NONSENSE', '41e9'), 'Aé')
  t.equal(characterSetOf('ISO 2022 IR 6\\NONSENSE').known, false)
  t.match(decode('\\ISO 2022 IR 87', '41 1b2459 42'), 'A')
  t.end()
})
