using Qbitel.Discovery.Inference;
using Qbitel.Discovery.Relations.Values;

namespace Qbitel.Discovery.Relations.Fields;

/// <summary>A relation that seems to hold for a field at the same place in all messages of a group.</summary>
/// <param name="At">Bytes from the beginning; where negative, from the end to the field's first byte.</param>
/// <param name="Form">How it is written.</param>
/// <param name="Kind">What holds.</param>
/// <param name="Semantic">What the field then is.</param>
/// <param name="Agreeing">Messages in which it holds.</param>
/// <param name="Looked">Messages looked at.</param>
/// <param name="LogP">Natural logarithm of the probability that chance does as well.</param>
/// <param name="Words">What holds, in words.</param>
internal sealed record Finding(int At, NumberForm Form, RelationKind Kind, string Semantic, int Agreeing, int Looked,
    double LogP, string Words)
{
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; init; } = [];

    public int Start(int length) => At >= 0 ? At : length + At;

    public Relation ToRelation() => new(Kind,
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{Words} in {Agreeing} of {Looked} messages, {Chance.Words(LogP)}"),
        Chance.Share(Agreeing, Looked))
    { Parameters = Parameters };
}
