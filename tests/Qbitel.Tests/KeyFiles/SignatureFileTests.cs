using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.KeyFiles;

namespace Qbitel.Tests.KeyFiles;

public sealed class SignatureFileTests
{
    private static readonly SignatureFile Sample =
        new(SignatureAlgorithm.MLDsa44,
            new KeyFingerprint(Enumerable.Range(0, 32).Select(value => (byte)value).ToArray()), new byte[99]);

    [Fact]
    public void Its_text_is_what_the_format_page_says() => Assert.Equal("""
        qbitel signature 1
        algorithm: ML-DSA-44
        key: sha256:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
        AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA

        """, Sample.ToText());

    [Fact]
    public void What_is_written_is_read() => Prop.ForAll<NonEmptyArray<byte>>(signature =>
    {
        SignatureFile written = Sample with { Signature = signature.Get };
        Assert.True(SignatureFile.TryParse(Bytes(written.ToText()), out SignatureFile? read, out _));
        Assert.Equal((written.Algorithm, written.Key), (read.Algorithm, read.Key));
        Assert.Equal(signature.Get, read.Signature.ToArray());
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_at_all_are_a_signature_file_or_a_reason() => Prop.ForAll<byte[]>(bytes =>
        SignatureFile.TryParse(bytes, out _, out string problem) || problem.Length > 0).QuickCheckThrowOnFailure();

    [Fact]
    public void No_change_of_a_byte_leaves_the_same_signature()
    {
        byte[] text = Bytes(Sample.ToText());
        for (int i = 0; i < text.Length; i++)
        {
            foreach (byte changed in (byte[])[(byte)(text[i] ^ 1), (byte)(text[i] ^ 0x20), (byte)'\n', (byte)' ', 0,
                0xFF])
            {
                if (changed == text[i]) continue;

                byte[] mutant = [.. text[..i], changed, .. text[(i + 1)..]];
                Assert.False(SignatureFile.TryParse(mutant, out SignatureFile? read, out _) && Same(read, Sample),
                    $"offset {i}, byte {changed}");
            }

            Assert.False(SignatureFile.TryParse(text.AsSpan(..i), out SignatureFile? cut, out _) && Same(cut, Sample));
        }

        Assert.False(SignatureFile.TryParse([.. text, (byte)'\n'], out _, out _));
    }

    [Theory]
    [InlineData("qbitel signature 2\n", "line 1")]
    [InlineData("qbitel signature 1\nalgorithm: ROT13\nkey: sha256:00\nAA==\n", "line 2")]
    [InlineData("qbitel signature 1\nalgorithm: ML-DSA-44\nkey: sha256:00\nAA==\n", "line 3")]
    [InlineData("qbitel signature 1\nalgorithm: ML-DSA-44\n", "too early")]
    public void The_reason_says_where(string text, string where)
    {
        Assert.False(SignatureFile.TryParse(Bytes(text), out _, out string problem));
        Assert.Contains(where, problem, StringComparison.Ordinal);
    }

    private static bool Same(SignatureFile a, SignatureFile b) =>
        (a.Algorithm, a.Key) == (b.Algorithm, b.Key) && a.Signature.Span.SequenceEqual(b.Signature.Span);

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
