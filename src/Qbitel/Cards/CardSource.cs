using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Qbitel.Cards;

/// <summary>
/// Where a key, a PIN or a card number comes from: never the command line itself, unless it is a test's.
/// </summary>
/// <remarks>
/// <c>token:NAME</c> (keys only), <c>file:PATH</c> (of the owner alone), <c>env:NAME</c>, <c>-</c> for standard input,
/// or, with <c>--unsafe-test-keys</c>, the value itself.
/// </remarks>
internal static class CardSource
{
    public const string Help = "token:NAME, file:PATH, env:NAME or -";

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789ABCDEFabcdef"u8);

    private const int MaxSize = 4096;
    private const string TokenPrefix = "token:", FilePrefix = "file:", VariablePrefix = "env:";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite;

    /// <summary>The name of a key in the token; false where the source is another.</summary>
    public static bool IsInToken(string source, out string name)
    {
        bool isInToken = source.StartsWith(TokenPrefix, StringComparison.Ordinal) && source.Length > TokenPrefix.Length;
        name = isInToken ? source[TokenPrefix.Length..] : "";
        return isInToken;
    }

    /// <summary>A card number or a PIN: digits.</summary>
    /// <exception cref="RefusedException">It cannot be read, or is no digits.</exception>
    /// <exception cref="MisusedException">It stands on the command line.</exception>
    public static string Digits(string source, string what, bool isTest)
    {
        byte[] bytes = Read(source, what, isTest);
        try
        {
            string text = Encoding.Latin1.GetString(bytes).Trim();
            return text.Length is > 0 and <= 19 && !text.AsSpan().ContainsAnyExceptInRange('0', '9') ? text
                : throw new RefusedException($"The {what} is not 1 to 19 digits.", "Give digits and nothing else.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>
    /// A key's bytes, which the caller zeroes: hexadecimal digits, or the bytes themselves in a file.
    /// </summary>
    /// <exception cref="RefusedException">It cannot be read, or is no key.</exception>
    /// <exception cref="MisusedException">It stands on the command line.</exception>
    public static byte[] Key(string source, string what, bool isTest)
    {
        byte[] bytes = Read(source, what, isTest);
        try
        {
            ReadOnlySpan<byte> text = bytes.AsSpan().Trim(" \t\r\n"u8);
            if (text.Length is 32 or 48 or 64 && !text.ContainsAnyExcept(Hex))
            {
                byte[] key = GC.AllocateArray<byte>(text.Length / 2, pinned: true);
                Convert.FromHexString(text, key, out _, out _);
                return key;
            }

            if (bytes.Length is not (16 or 24 or 32))
            {
                throw new RefusedException($"The {what} is neither 16, 24 or 32 bytes nor their hexadecimal digits.",
                    "Check the source; it was not shown.");
            }

            byte[] raw = GC.AllocateArray<byte>(bytes.Length, pinned: true);
            bytes.CopyTo(raw, 0);
            return raw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] Read(string source, string what, bool isTest)
    {
        if (source.StartsWith(VariablePrefix, StringComparison.Ordinal))
        {
            string name = source[VariablePrefix.Length..];
            return Environment.GetEnvironmentVariable(name) is { Length: > 0 and <= MaxSize } value
                ? Encoding.Latin1.GetBytes(value)
                : throw new RefusedException($"The variable {name} is not set.", $"Set it to the {what}.");
        }

        if (source == "-")
        {
            using Stream input = Console.OpenStandardInput();
            return ReadAll(input, "standard input");
        }

        if (source.StartsWith(FilePrefix, StringComparison.Ordinal))
        {
            string path = source[FilePrefix.Length..];
            using FileStream file = File.OpenRead(path);
            if ((File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None)
                throw new RefusedException($"{path} is open to other users.", $"chmod 600 '{path}'");
            return ReadAll(file, path);
        }

        if (source.StartsWith(TokenPrefix, StringComparison.Ordinal))
            throw new MisusedException($"The {what} is no key of a token: give file:PATH, env:NAME or -.");

        return isTest ? Encoding.Latin1.GetBytes(source)
            : throw new MisusedException(
                $"The {what} stands on the command line, where every user of the machine can read it. Give {Help}; "
                + "--unsafe-test-keys allows it for test values.");
    }

    private static byte[] ReadAll(Stream source, string from)
    {
        byte[] buffer = GC.AllocateArray<byte>(MaxSize + 1, pinned: true);
        try
        {
            int size = source.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return size <= MaxSize ? buffer[..size]
                : throw new RefusedException($"{from} holds more than {MaxSize} bytes.", "Give the one value alone.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }
}
