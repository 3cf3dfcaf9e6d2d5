namespace Qbitel.Discovery;

/// <summary>An input that cannot be read, and the place where reading had to stop.</summary>
public sealed class InputFormatException : FormatException
{
    public InputFormatException(long offset, string expected, string found, long? line = null)
        : base($"{(line is null ? "" : $"line {line}, ")}offset {offset}: expected {expected}, found {found}")
    {
        Offset = offset;
        Line = line;
        Expected = expected;
        Found = found;
    }

    /// <summary>Bytes from the beginning of the input.</summary>
    public long Offset { get; }

    /// <summary>The file of a set that it is about; null where there is only one input.</summary>
    public string? Input { get; private init; }

    /// <summary>The line, counted from 1 as editors do; null for binary input.</summary>
    public long? Line { get; }

    public string Expected { get; }

    public string Found { get; }

    /// <summary>The same of a file of a set, which begins at an offset of the set.</summary>
    internal InputFormatException In(string? file, long start) =>
        new(Math.Max(0, Offset - start), Expected, Found, Line) { Input = file };
}
