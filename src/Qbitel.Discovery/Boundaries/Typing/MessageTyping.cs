using Qbitel.Discovery.Inference;

namespace Qbitel.Discovery.Boundaries.Typing;

/// <summary>The type of each message of a protocol.</summary>
/// <param name="Types">A number for each message, 0 for the most frequent.</param>
/// <param name="Names">Of each number: the key in hex, or <c>t0</c>, <c>t1</c> … where the type has no key.</param>
/// <param name="Key">Where the key is and how long, where there is one.</param>
internal sealed record MessageTyping(int[] Types, string[] Names, (int Start, int Length)? Key)
{
    private const int MaxCounted = 600;

    /// <summary>Sorts messages by the bytes whose values say most about all the others.</summary>
    /// <remarks>Minimum description length: a partition is good when messages, each column coded with what its own type
    /// has shown so far, take fewer bits, and every type has to learn its columns anew. So a type per message, or one
    /// by a field of much change, never wins.</remarks>
    public static MessageTyping Of(IReadOnlyList<Sample> samples)
    {
        int step = Math.Max(1, samples.Count / MaxCounted);
        Sample[] counted = [.. samples.Where((_, i) => i % step == 0)];
        TypeKey? best = TypeKeys.Best(counted);
        if (best is null) return new MessageTyping(new int[samples.Count], ["t0"], null);

        string[] values = [.. samples.Select(s => best.ValueOf(s))];
        string[] names = [.. values.GroupBy(v => v, StringComparer.Ordinal).OrderByDescending(g => g.Count())
            .ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key)];
        Dictionary<string, int> numbers = names.Select((name, i) => (name, i))
            .ToDictionary(pair => pair.name, pair => pair.i, StringComparer.Ordinal);
        return new MessageTyping([.. values.Select(v => numbers[v])], names, (best.Start, best.Length));
    }
}
