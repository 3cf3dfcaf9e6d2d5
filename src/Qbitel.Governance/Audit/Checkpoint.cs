using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Qbitel.Governance.Audit;

/// <summary>What the log vouches for at one moment: its name, its size and the root over all its entries (C2SP
/// tlog-checkpoint).</summary>
public sealed record Checkpoint
{
    /// <exception cref="ArgumentException">The origin is empty or holds a space, a plus sign or a control
    /// character.</exception>
    public Checkpoint(string origin, long size, Digest root)
    {
        if (!IsOrigin(origin))
        {
            throw new ArgumentException(
                "An origin is a name such as bank.example/audit, without spaces or plus signs.", nameof(origin));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(size);
        Origin = origin;
        Size = size;
        Root = root;
    }

    /// <summary>The identity of the log, also the name of its keys.</summary>
    public string Origin { get; }

    public long Size { get; }

    public Digest Root { get; }

    /// <summary>Three lines: origin, size, root. There are no extension lines, which cosigners would not
    /// cover.</summary>
    public string ToText() =>
        string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(Root.ToArray())}\n");

    public static bool TryParse(
        string text, [NotNullWhen(true)] out Checkpoint? checkpoint, [NotNullWhen(false)] out string? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        checkpoint = null;
        string[] lines = text.Split('\n');
        error = lines.Length != 4 || lines[3].Length > 0 ? "expected exactly three lines: origin, size, root"
            : !IsOrigin(lines[0]) ? "line 1: expected an origin without spaces or plus signs"
            : !TryParseDecimal(lines[1], out _) ? "line 2: expected the number of entries in decimal"
            : !TryParseBase64(lines[2], out byte[]? hash) || hash.Length != Digest.Size
                ? "line 3: expected a SHA-256 hash in base64"
            : null;
        if (error is not null) return false;

        _ = TryParseDecimal(lines[1], out long size);
        checkpoint = new Checkpoint(lines[0], size, new Digest(Convert.FromBase64String(lines[2])));
        return true;
    }

    /// <summary>What C2SP signed-note allows as the name of a key, and we as an origin.</summary>
    internal static bool IsOrigin(string? name) =>
        !string.IsNullOrEmpty(name)
            && !name.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c) || c == '+');

    /// <summary>Digits only, no leading zero, at most 2^63 - 1.</summary>
    internal static bool TryParseDecimal(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            && (text[0] != '0' || text.Length == 1);

    /// <summary>Only the one encoding <see cref="Convert.ToBase64String(byte[])"/> gives: no blanks, no stray trailing
    /// bits.</summary>
    internal static bool TryParseBase64(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        byte[] buffer = new byte[text.Length];
        bytes = Convert.TryFromBase64String(text, buffer, out int written) ? buffer[..written] : null;
        if (bytes is not null && Convert.ToBase64String(bytes) != text) bytes = null;
        return bytes is not null;
    }
}
