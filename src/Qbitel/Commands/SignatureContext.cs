using System.CommandLine;
using System.Text;
using Qbitel.Cryptography;
using Qbitel.Cryptography.Encodings;

namespace Qbitel.Commands;

/// <summary>What a signature is bound to beside the file, so that it does not count elsewhere (FIPS 204, section
/// 5.2).</summary>
internal sealed class SignatureContext
{
    public Option<string?> Text { get; } = new("--context")
    {
        Description = "Bind it to a use: the same text must be given to verify it",
        HelpName = "TEXT",
    };

    public Option<string?> Hex { get; } = new("--context-hex") { Description = "The same as bytes", HelpName = "HEX" };

    /// <exception cref="MisusedException">Both are given, it is no hexadecimal, or too long for the
    /// algorithm.</exception>
    public byte[] Read(ParseResult line, SignatureAlgorithm algorithm)
    {
        string? text = line.GetValue(Text), hex = line.GetValue(Hex);
        if (text is not null && hex is not null)
            throw new MisusedException("--context and --context-hex exclude one another.");

        byte[] context;
        try
        {
            context = hex is not null ? Convert.FromHexString(hex) : Encoding.UTF8.GetBytes(text ?? "");
        }
        catch (FormatException wrong)
        {
            throw new MisusedException($"'{hex}' is not hexadecimal.", wrong);
        }

        if (context.Length <= algorithm.MaxContextSize) return context;

        throw new MisusedException(algorithm.MaxContextSize == 0
            ? $"{algorithm} has no context: only the file is signed."
            : $"The context has {context.Length} bytes; {algorithm} takes {algorithm.MaxContextSize}.");
    }

    /// <exception cref="RefusedException">It is a key of another kind.</exception>
    public static SignatureKey KeyFor(StoredKey key, string path, string verb) => key.Signature
        ?? throw new RefusedException($"{path} holds a key of {key.AlgorithmName}, which encrypts and does not {verb}.",
            "'qbitel key generate ML-DSA-65' makes a signing key.");
}
