using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Qbitel.Governance.Audit;

/// <summary>One signature line of a note: whose key it claims to be, and the signature.</summary>
public sealed record NoteSignature(string Name, uint KeyId, ReadOnlyMemory<byte> Signature)
{
    public bool Equals(NoteSignature? other) =>
        other is not null && Name == other.Name && KeyId == other.KeyId
            && Signature.Span.SequenceEqual(other.Signature.Span);

    public override int GetHashCode() => HashCode.Combine(Name, KeyId);
}

/// <summary>A text and the signatures under it (C2SP signed-note). Reading checks the form only;
/// <see cref="CheckpointPolicy"/> trusts.</summary>
public sealed class SignedNote
{
    /// <summary>In bytes; sixteen of the largest ML-DSA signatures fit twice.</summary>
    public const int MaxSize = 256 * 1024;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public SignedNote(string text, IEnumerable<NoteSignature> signatures)
    {
        ArgumentNullException.ThrowIfNull(text);
        Text = text;
        Signatures = [.. signatures];
        if (!text.EndsWith('\n') || text.Any(IsControl))
            throw new ArgumentException("The text of a note is whole lines without control characters.", nameof(text));
        if (Signatures.Count == 0 || Signatures.Any(s => !Checkpoint.IsOrigin(s.Name) || s.Signature.IsEmpty))
            throw new ArgumentException("A note has signatures, each with the name of its key.", nameof(signatures));
    }

    /// <summary>What is signed, with its final newline.</summary>
    public string Text { get; }

    public IReadOnlyList<NoteSignature> Signatures { get; }

    /// <summary>The bytes that are signed.</summary>
    public static byte[] BytesToSign(string text) => Utf8.GetBytes(text);

    public byte[] ToBytes()
    {
        StringBuilder note = new(Text);
        note.Append('\n');
        foreach (NoteSignature signature in Signatures)
        {
            byte[] body = new byte[4 + signature.Signature.Length];
            BinaryPrimitives.WriteUInt32BigEndian(body, signature.KeyId);
            signature.Signature.CopyTo(body.AsMemory(4));
            note.Append("\u2014 ").Append(signature.Name).Append(' ').Append(Convert.ToBase64String(body)).Append('\n');
        }

        return Utf8.GetBytes(note.ToString());
    }

    /// <summary>Reads a note in its one encoding: <see cref="ToBytes"/> gives the same bytes back.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedNote? note, [NotNullWhen(false)] out string? error)
    {
        note = null;
        if (bytes.Length > MaxSize)
        {
            error = $"a note is at most {MaxSize} bytes";
            return false;
        }

        string all;
        try
        {
            all = Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            error = $"byte {e.Index}: not UTF-8";
            return false;
        }

        int control = all.AsSpan().IndexOfAnyInRange('\0', '\u001f');
        for (; control >= 0 && all[control] == '\n';)
        {
            int next = all.AsSpan(control + 1).IndexOfAnyInRange('\0', '\u001f');
            control = next < 0 ? -1 : control + 1 + next;
        }

        int split = all.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (control >= 0)
        {
            error = $"line {LineOf(all, control)}: control character";
            return false;
        }

        if (split < 0 || !all.EndsWith('\n') || split + 2 == all.Length)
        {
            error = "expected a text, an empty line and signature lines, each ended by a newline";
            return false;
        }

        string text = all[..(split + 1)];
        List<NoteSignature> signatures = [];
        int line = LineOf(all, split + 2);
        foreach (string signatureLine in all[(split + 2)..^1].Split('\n'))
        {
            if (!TryParseLine(signatureLine, out NoteSignature? signature))
            {
                error = $"line {line}: expected a signature line: em dash, key name, base64";
                return false;
            }

            signatures.Add(signature);
            line++;
        }

        error = null;
        note = new SignedNote(text, signatures);
        return true;
    }

    /// <summary>The line of the note on which signature <paramref name="index"/> stands, counted from 1.</summary>
    internal int LineOfSignature(int index) => Text.Count(c => c == '\n') + 2 + index;

    private static bool TryParseLine(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        string[] parts = line.Split(' ');
        if (parts.Length != 3 || parts[0] != "\u2014" || !Checkpoint.IsOrigin(parts[1])) return false;
        if (!Checkpoint.TryParseBase64(parts[2], out byte[]? body) || body.Length < 5) return false;

        signature = new NoteSignature(parts[1], BinaryPrimitives.ReadUInt32BigEndian(body), body.AsMemory(4));
        return true;
    }

    private static int LineOf(string text, int position) => text.AsSpan(0, position).Count('\n') + 1;

    private static bool IsControl(char c) => c < ' ' && c != '\n';
}
