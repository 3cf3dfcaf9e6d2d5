using System.Security.Cryptography;
using System.Text;

namespace Qbitel.KeyFiles;

/// <summary>What a private key file is encrypted with. It prints as <c>***</c> and is zeroed on disposal.</summary>
/// <remarks>Never on the command line, where every user of the machine can read it.</remarks>
internal sealed class Passphrase : IDisposable
{
    private const int MaxSize = 4096;

    private readonly byte[] _utf8;

    private Passphrase(ReadOnlySpan<byte> utf8)
    {
        _utf8 = GC.AllocateArray<byte>(utf8.Length, pinned: true);
        utf8.CopyTo(_utf8);
    }

    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The first line of a file.</summary>
    /// <exception cref="RefusedException">It is empty, or too long for one.</exception>
    public static Passphrase FromFile(string path)
    {
        byte[] buffer = GC.AllocateArray<byte>(MaxSize + 1, pinned: true);
        try
        {
            using FileStream file = File.OpenRead(path);
            int size = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            ReadOnlySpan<byte> line = buffer.AsSpan(0, size);
            if (line.IndexOf((byte)'\n') is >= 0 and var end) line = line[..end];
            return Of(line.TrimEnd((byte)'\r'), $"the first line of {path}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <summary>The value of a variable of the environment.</summary>
    /// <exception cref="RefusedException">It is not set, or empty.</exception>
    public static Passphrase FromEnvironment(string name)
    {
        byte[] value = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(name) ?? "");
        try
        {
            return Of(value, $"the variable {name}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(value);
        }
    }

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
        if (CryptographicOperations.FixedTimeEquals(first.Utf8, second.Utf8)) return first;

        first.Dispose();
        throw new RefusedException("The two passphrases differ.", "Nothing was written; try again.");
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_utf8);

    public override string ToString() => "***";

    private static Passphrase Ask(string prompt)
    {
        Console.Error.Write(prompt);
        char[] typed = GC.AllocateArray<char>(MaxSize, pinned: true);
        byte[] utf8 = GC.AllocateArray<byte>(Encoding.UTF8.GetMaxByteCount(MaxSize), pinned: true);
        int size = 0;
        try
        {
            while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
            {
                if (key.Key == ConsoleKey.Backspace) size = Math.Max(0, size - 1);
                else if (!char.IsControl(key.KeyChar) && size < MaxSize) typed[size++] = key.KeyChar;
            }

            Console.Error.WriteLine();
            return Of(utf8.AsSpan(0, Encoding.UTF8.GetBytes(typed.AsSpan(0, size), utf8)), "what was typed");
        }
        finally
        {
            Array.Clear(typed);
            CryptographicOperations.ZeroMemory(utf8);
        }
    }

    private static Passphrase Of(ReadOnlySpan<byte> utf8, string where) =>
        utf8.IsEmpty ? throw new RefusedException($"The passphrase is empty: {where}.", "Give one of some length; six random words are a good one.")
        : utf8.Length > MaxSize ? throw new RefusedException($"The passphrase is longer than {MaxSize} bytes: {where}.", "Give the file that holds the passphrase, not the key.")
        : new(utf8);
}
