using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;
using Qbitel.Governance.Audit;

namespace Qbitel.Governance.Tests.Audit;

public sealed class SignedNoteTests
{
    // The example in the documentation of golang.org/x/mod/sumdb/note.
    internal const string KnownKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    internal const string KnownNote =
        "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
        + "\u2014 PeterNeumann "
        + "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    [Fact]
    public void A_known_note_is_read()
    {
        SignedNote note = Read(KnownNote);
        Assert.EndsWith("your problem is.\n", note.Text, StringComparison.Ordinal);
        NoteSignature signature = Assert.Single(note.Signatures);
        Assert.Equal(("PeterNeumann", 0xc74f20a3u, 64), (signature.Name, signature.KeyId, signature.Signature.Length));
        Assert.Equal(KnownNote, note.ToBytes().Text());
    }

    // The second is the checkpoint of the Go checksum database that C2SP tlog-checkpoint quotes under another name.
    [Theory]
    [InlineData(KnownKey, KnownNote)]
    [InlineData("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8",
        "go.sum database tree\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        + "\u2014 sum.golang.org "
        + "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n")]
    public void Notes_signed_by_others_verify_under_their_published_keys(string line, string text)
    {
        Assert.True(LogKey.TryParse(line, out LogKey? key, out string? error), error);
        SignedNote note = Read(text);
        NoteSignature signature = Assert.Single(note.Signatures);
        using SignatureKey publicKey = SignatureKeys.ImportPublic(key.Algorithm, key.PublicKey.Span);
        Assert.Equal((key.Name, key.KeyId), (signature.Name, signature.KeyId));
        Assert.True(
            publicKey.Verify(
                SignedNote.BytesToSign(note.Text), signature.Signature.Span, LogKey.Context(key.Algorithm).Span));
        Assert.False(publicKey.Verify(SignedNote.BytesToSign(note.Text + "\n"), signature.Signature.Span));
    }

    [Fact]
    public void The_last_empty_line_parts_text_from_signatures()
    {
        SignedNote note = Read("a\n\nb\n\n\u2014 n AAAAAQE=\n\u2014 m AAAAAgE=\n");
        Assert.Equal("a\n\nb\n", note.Text);
        Assert.Equal(["n", "m"], note.Signatures.Select(s => s.Name));
        Assert.Equal(6, note.LineOfSignature(1));
    }

    [Theory]
    [InlineData("", "empty line")]
    [InlineData("a\n", "empty line")]
    [InlineData("a\n\n", "empty line")]
    [InlineData("a\n\n\u2014 n AAAAAQE=", "newline")]
    [InlineData("a\n\n\u2014 n AAAAAQE=\n\n", "empty line")]
    [InlineData("a\n\n- n AAAAAQE=\n", "line 3")]
    [InlineData("a\n\n\u2014 n+m AAAAAQE=\n", "line 3")]
    [InlineData("a\n\n\u2014  AAAAAQE=\n", "line 3")]
    [InlineData("a\n\n\u2014 n AAAAAQF=\n", "line 3")]
    [InlineData("a\n\n\u2014 n AAAAAQ==\n", "line 3")]
    [InlineData("a\n\n\u2014 n AAAAAQE= \n", "line 3")]
    [InlineData("a\n\n\u2014 n AAAA AQE=\n", "line 3")]
    [InlineData("a\tb\n\n\u2014 n AAAAAQE=\n", "line 1: control")]
    [InlineData("a\n\n\u2014 n AAAAAQE=\r\n", "line 3: control")]
    public void A_malformed_note_is_refused_with_its_place(string text, string place)
    {
        Assert.False(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out _, out string? error));
        Assert.Contains(place, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_refused()
    {
        Assert.False(SignedNote.TryParse([0x61, 0xff, 0x0a, 0x0a], out _, out string? error));
        Assert.Contains("byte 1", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_note_beyond_the_limit_is_refused_unread() =>
        Assert.False(SignedNote.TryParse(new byte[SignedNote.MaxSize + 1], out _, out _));

    [Fact]
    public void Changed_bytes_of_a_note_are_refused_or_read_as_written() =>
        Prop.ForAll<byte, byte>((at, value) =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(KnownNote);
            bytes[at % bytes.Length] = value;
            return !SignedNote.TryParse(bytes, out SignedNote? note, out _)
                || note.ToBytes().AsSpan().SequenceEqual(bytes);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_end_in_a_note_or_an_error() =>
        Prop.ForAll<byte[]>(
            bytes => SignedNote.TryParse(bytes, out SignedNote? note, out string? error)
                ? note is not null : error is not null)
            .QuickCheckThrowOnFailure();

    internal static SignedNote Read(string text)
    {
        Assert.True(SignedNote.TryParse(Encoding.UTF8.GetBytes(text), out SignedNote? note, out string? error), error);
        return note;
    }
}
