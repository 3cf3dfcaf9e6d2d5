using System.Diagnostics.CodeAnalysis;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Keys;

namespace Qbitel.KeyFiles;

/// <summary>A detached signature that says by which algorithm and key it was made:
/// docs/formats/signature-file.md.</summary>
internal sealed record SignatureFile(SignatureAlgorithm Algorithm, KeyFingerprint Key, ReadOnlyMemory<byte> Signature)
{
    public const string Extension = ".sig";

    /// <summary>More than any signature needs: SLH-DSA's largest is 49,856 bytes.</summary>
    public const int MaxSize = 1 << 20;

    private const string FirstLine = "qbitel signature 1";
    private const string AlgorithmLine = "algorithm: ";
    private const string KeyLine = "key: sha256:";
    private const int Columns = 76;

    public static bool Looks(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Encoding.ASCII.GetBytes(FirstLine));

    /// <remarks>Strict: one text for one signature, so that nobody can change a file and keep what it says.</remarks>
    public static bool TryParse(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignatureFile? file,
        out string problem)
    {
        file = null;
        if (bytes.Length > MaxSize) return Refuse($"it is larger than {MaxSize} bytes", out problem);
        if (bytes.ContainsAnyExceptInRange((byte)'\n', (byte)'~')) return Refuse("it is no plain text", out problem);

        string[] lines = Encoding.ASCII.GetString(bytes).Split('\n');
        if (lines[0] != FirstLine) return Refuse($"line 1: expected '{FirstLine}'", out problem);
        if (lines.Length < 5) return Refuse("it ends too early", out problem);
        if (!lines[1].StartsWith(AlgorithmLine, StringComparison.Ordinal)
            || SignatureAlgorithm.All.FirstOrDefault(known =>
                known.Name == lines[1][AlgorithmLine.Length..]) is not { } algorithm)
        {
            return Refuse($"line 2: expected '{AlgorithmLine}' and the name of a signature algorithm", out problem);
        }

        if (!lines[2].StartsWith(KeyLine, StringComparison.Ordinal)
            || !KeyFingerprint.TryParse(lines[2][KeyLine.Length..], out KeyFingerprint key))
        {
            return Refuse($"line 3: expected '{KeyLine}' and 64 hexadecimal digits", out problem);
        }

        byte[] signature = new byte[MaxSize];
        if (!Convert.TryFromBase64String(string.Concat(lines[3..]), signature, out int size) || size == 0)
            return Refuse("line 4: expected the signature in base64", out problem);

        SignatureFile read = new(algorithm, key, signature.AsMemory(0, size));
        if (!Encoding.ASCII.GetBytes(read.ToText()).AsSpan().SequenceEqual(bytes))
            return Refuse("its lines are not laid out as they are written", out problem);

        file = read;
        problem = "";
        return true;
    }

    public string ToText()
    {
        StringBuilder text = new();
        text.Append(FirstLine).Append('\n').Append(AlgorithmLine).Append(Algorithm.Name).Append('\n').Append(KeyLine)
            .Append(Key).Append('\n');
        string body = Convert.ToBase64String(Signature.Span);
        for (int start = 0; start < body.Length; start += Columns)
            text.Append(body, start, Math.Min(Columns, body.Length - start)).Append('\n');
        return text.ToString();
    }

    private static bool Refuse(string what, out string problem)
    {
        problem = what;
        return false;
    }
}
