using System.Runtime.InteropServices;

namespace Qbitel.Protocols.ThreeDS.Rules;

/// <summary>Versions of the protocol by their place in <see cref="Known"/>.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct VersionRange(int First, int Last)
{
    public const int Archived = 0;

    public static readonly IReadOnlyList<string> Known = ["2.1.0", "2.2.0", "2.3.1"];

    public bool Holds(int version) => First <= version && version <= Last;

    /// <summary>The number of a version; -1 where its rules are not here.</summary>
    public static int Find(ReadOnlySpan<char> version)
    {
        for (int i = 0; i < Known.Count; i++) if (version.SequenceEqual(Known[i])) return i;
        return -1;
    }

    /// <summary><c>*</c>, <c>2.2</c>, <c>2.2+</c> or <c>2.1-2.2</c>.</summary>
    public static VersionRange Read(string text)
    {
        if (text == "*") return new(0, Known.Count - 1);
        if (text.EndsWith('+')) return new(Number(text[..^1]), Known.Count - 1);
        string[] ends = text.Split('-');
        return new(Number(ends[0]), Number(ends[^1]));
    }

    public override string ToString() => First == Last ? Known[First] : $"{Known[First]} to {Known[Last]}";

    private static int Number(string version)
    {
        for (int i = 0; i < Known.Count; i++)
            if (Known[i].StartsWith(version + ".", StringComparison.Ordinal)) return i;

        throw new InvalidOperationException($"{version} is no version of the table");
    }
}
