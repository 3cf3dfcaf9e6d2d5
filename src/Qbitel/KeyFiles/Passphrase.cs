using System.Security.Cryptography;
using System.Text;

namespace Qbitel.KeyFiles;

/// <summary>What a private key file is encrypted with. It prints as <c>***</c> and is zeroed on disposal.</summary>
/// <remarks>Never on the command line, where every user of the machine can read it.</remarks>
internal sealed class Passphrase : IDisposable
{
    private const int MaxSize = 4096;

    private readonly char[] _text;

    private Passphrase(ReadOnlySpan<char> text)
    {
        _text = GC.AllocateArray<char>(text.Length, pinned: true);
        text.CopyTo(_text);
    }

    public ReadOnlySpan<char> Text => _text;

    /// <summary>The first line of a file.</summary>
    /// <exception cref="RefusedException">It is empty, or too long for one.</exception>
    public static Passphrase FromFile(string path)
    {
        byte[] bytes = GC.AllocateArray<byte>(MaxSize + 1, pinned: true);
        char[] text = GC.AllocateArray<char>(MaxSize + 1, pinned: true);
        try
        {
            using FileStream file = File.OpenRead(path);
            int size = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> line = bytes.AsSpan(0, size);
            if (line.IndexOf((byte)'\n') is >= 0 and var end) line = line[..end];
            return Of(text.AsSpan(0, Encoding.UTF8.GetChars(line.TrimEnd((byte)'\r'), text)),
                $"the first line of {path}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
            Array.Clear(text);
        }
    }

    /// <summary>The value of a variable of the environment.</summary>
    /// <exception cref="RefusedException">It is not set, or empty.</exception>
    public static Passphrase FromEnvironment(string name) =>
        Of(Environment.GetEnvironmentVariable(name), $"the variable {name}");

    /// <summary>Asks at the terminal, without showing what is typed; twice for a new one.</summary>
    /// <exception cref="RefusedException">There is no terminal, or the two differ.</exception>
    public static Passphrase FromTerminal(string what, bool isNew)
    {
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            throw new RefusedException($"The passphrase of {what} is needed, and there is no terminal to ask at.",
                "Give it with --passphrase-file FILE or --passphrase-env NAME.");
        }

        Passphrase first = Ask($"Passphrase of {what}: ");
        if (!isNew) return first;

        using Passphrase second = Ask("Once more: ");
        if (first.Text.SequenceEqual(second.Text)) return first;

        first.Dispose();
        throw new RefusedException("The two passphrases differ.", "Nothing was written; try again.");
    }

    public void Dispose() => Array.Clear(_text);

    public override string ToString() => "***";

    private static Passphrase Ask(string prompt)
    {
        Console.Error.Write(prompt);
        char[] typed = GC.AllocateArray<char>(MaxSize + 1, pinned: true);
        int size = 0;
        try
        {
            while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            {
                if (key.Key == ConsoleKey.Backspace) size = Math.Max(0, size - 1);
                else if (!char.IsControl(key.KeyChar) && size < typed.Length) typed[size++] = key.KeyChar;
            }

            Console.Error.WriteLine();
            return Of(typed.AsSpan(0, size), "what was typed");
        }
        finally
        {
            Array.Clear(typed);
        }
    }

    private static Passphrase Of(ReadOnlySpan<char> text, string where)
    {
        if (text.IsEmpty)
        {
            throw new RefusedException($"The passphrase is empty: {where}.",
                "Give one of some length: six random words are a good one.");
        }

        if (text.Length > MaxSize)
        {
            throw new RefusedException($"The passphrase is longer than {MaxSize} characters: {where}.",
                "Give the file that holds the passphrase, not the one that holds the key.");
        }

        return new(text);
    }
}
