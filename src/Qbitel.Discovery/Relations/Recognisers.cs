using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Structures;
using Qbitel.Discovery.Relations.Trials;

namespace Qbitel.Discovery.Relations;

/// <summary>What is certain, or nearly so, about the fields of messages of one unknown protocol.</summary>
internal static class Recognisers
{
    /// <summary>
    /// The fields that a structure or a relation proves, for each sample; ascending, none overlapping another.
    /// </summary>
    /// <param name="samples">Messages of one protocol, in order of the input.</param>
    /// <param name="types">The type of each sample as a number; all the same where none are known.</param>
    public static IReadOnlyList<IReadOnlyList<Hint>> Find(IReadOnlyList<Sample> samples, IReadOnlyList<int> types)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(types);
        if (types.Count != samples.Count) throw new ArgumentException("one type for each sample", nameof(types));

        return BerMessages.TryFind(samples) ?? MarkedText.TryFind(samples)
            ?? TaggedText.TryFind(samples) ?? DelimitedText.TryFind(samples, types)
            ?? FixedRecords.TryFind(samples, types) ?? RelationSearch.Find(samples, types);
    }
}
