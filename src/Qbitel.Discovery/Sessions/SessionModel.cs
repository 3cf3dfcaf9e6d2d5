using Qbitel.Discovery.Grammars;
using Qbitel.Discovery.Inference;
using Qbitel.Protocols.Layouts;

namespace Qbitel.Discovery.Sessions;

/// <summary>A protocol as a session has it: inferred, and then as the person said.</summary>
public sealed class SessionModel
{
    private readonly DiscoveredProtocol _protocol;
    private readonly Layout _layout;

    /// <param name="protocol">An unknown protocol that discovery found.</param>
    /// <param name="session">What the person said.</param>
    /// <exception cref="NotSupportedException">The protocol is a known one.</exception>
    /// <exception cref="FormatException">An edit cannot be applied, and why.</exception>
    public SessionModel(DiscoveredProtocol protocol, DiscoverySession session)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        ArgumentNullException.ThrowIfNull(session);
        _protocol = protocol;
        _layout = session.LayoutOf(protocol, out IReadOnlyList<string> left);
        if (left.Count > 0) throw new FormatException(string.Join("; ", left));
    }

    /// <summary>Its fields, type by type, in the order of the wire.</summary>
    public IReadOnlyList<SessionField> Fields => [.. _layout.Types.SelectMany(t => FieldsOf(t.Name, t.Parts, ""))];

    /// <summary>The protocol with the fields that a person spoke of cut, named and explained as they said, in every
    /// message that reads.</summary>
    public DiscoveredProtocol Protocol
    {
        get
        {
            var inferred = (InferredProtocol)_protocol.Basis!;
            InferredProtocol edited = new()
            {
                Samples = inferred.Samples,
                Types = inferred.Types,
                Fields = [.. inferred.Samples.Select((s, i) =>
                    Edited(LayoutParser.Parse(_layout, s.Bytes), inferred.Fields[i]))],
            };
            return _protocol with
            {
                Basis = edited,
                Grammar = ProtocolGrammar.Learn(_layout, edited.Samples.Select(s => s.Bytes)).Describe(),
                Messages = [.. _protocol.Messages.Select((m, i) => new DiscoveredMessage(m.Index, m.Type, () =>
                    [.. edited.Fields[i].Select(f => new DiscoveredField(f.Start, f.Length, f.Name, f.Type, f.Semantic,
                        f.Confidence))]))],
            };
        }
    }

    /// <summary>The document the protocol was found in, with it as <see cref="Protocol"/> has it.</summary>
    public DiscoveryDocument In(DiscoveryDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return document with
        {
            Protocols = [.. document.Protocols.Select(p => ReferenceEquals(p, _protocol) ? Protocol : p)],
        };
    }

    /// <summary>What later traffic has that the model does not read.</summary>
    /// <remarks>Of the unknown protocols in it, those count as this one of which the model reads half the messages;
    /// where there is but one, that one.</remarks>
    public SessionDifference Compare(DiscoveryDocument later)
    {
        ArgumentNullException.ThrowIfNull(later);
        List<(DiscoveredProtocol Protocol, List<(int Index, ParsedMessage Message)> Messages)> all =
            [.. later.Protocols.Where(p => p.IsInferred).Select(p => (p, ((InferredProtocol)p.Basis!).Samples
                .Select(s => (s.Index, LayoutParser.Parse(_layout, s.Bytes))).ToList()))];
        List<(DiscoveredProtocol Protocol, List<(int Index, ParsedMessage Message)> Messages)> own = all.Count == 1
            ? all
            : [.. all.Where(p => 2 * p.Messages.Count(m => m.Message.IsValid) >= p.Messages.Count)];
        return new SessionDifference(own.Sum(p => p.Messages.Count),
            Contradictions(own.SelectMany(p => p.Messages).OrderBy(m => m.Index)),
            [.. all.Except(own).Select(p => p.Protocol.Name)]);
    }

    internal static IReadOnlyList<SessionContradiction> Contradictions(
        IEnumerable<(int Index, ParsedMessage Message)> messages) =>
        [.. messages.Where(p => !p.Message.IsValid)
            .GroupBy(p => (Type: p.Message.Type?.Name ?? "", p.Message.Findings[0].Code, p.Message.Findings[0].Path))
            .Select(g => Of(g.Key.Type, g.Count(), g.First()))
            .OrderByDescending(c => c.Count).ThenBy(c => c.FirstMessage)];

    private static SessionContradiction Of(string type, int count, (int Index, ParsedMessage Message) first)
    {
        LayoutFinding finding = first.Message.Findings[0];
        return new SessionContradiction(type, finding.Code, finding.Path, count, first.Index, finding.Offset)
        {
            Expected = finding.Expected,
            Found = finding.Found,
        };
    }

    private static IReadOnlyList<InferredField> Edited(ParsedMessage message, IReadOnlyList<InferredField> fields)
    {
        if (!message.IsValid) return fields;
        List<InferredField> edited = [.. fields];
        foreach ((string path, ParsedPart part) in message.Fields())
        {
            if (part.Length == 0 || part.Part is not LayoutField { Evidence: SessionEdits.Said } field) continue;
            int end = part.Start + part.Length;
            List<InferredField> cut = [];
            foreach (InferredField old in edited)
            {
                (int from, int to) = (old.Start, old.Start + old.Length);
                if (from < part.Start) cut.Add(old with { Length = Math.Min(to, part.Start) - from });
                if (from <= part.Start && part.Start < to)
                {
                    cut.Add(new InferredField(part.Start, part.Length, path, field.Type, field.Semantic, 1)
                    {
                        Relation = new Relation(RelationKind.Text, SessionEdits.Said, 1),
                    });
                }

                if (to > end) cut.Add(from >= end ? old : old with { Start = end, Length = to - end });
            }

            edited = cut;
        }

        return edited;
    }

    private static IEnumerable<SessionField> FieldsOf(string type, IReadOnlyList<LayoutPart> parts, string path)
    {
        foreach (LayoutPart part in parts)
        {
            if (part is LayoutChain chain)
            {
                yield return new SessionField(type, path + chain.Name, LayoutWords.End(chain.End), "items", "", "",
                    chain.Confidence, chain.Evidence);
                foreach (SessionField inner in FieldsOf(type, chain.Item, $"{path}{chain.Name}.")) yield return inner;
                continue;
            }

            if (part is LayoutGroup group)
            {
                yield return new SessionField(type, path + group.Name, LayoutWords.Size(group), "parts", "", "",
                    group.Confidence, group.Evidence);
                foreach (SessionField inner in
                    group.Cases.SelectMany(c => FieldsOf(type, c.Parts, $"{path}{group.Name}.")))
                {
                    yield return inner;
                }

                continue;
            }

            var field = (LayoutField)part;
            yield return new SessionField(type, path + field.Name, LayoutWords.Size(field.Size), field.Type,
                field.Semantic,
                LayoutWords.Rule(field.Rule), field.Confidence, field.Evidence)
            { IsSaid = field.Evidence == SessionEdits.Said };
        }
    }
}

/// <summary>A field of the model.</summary>
/// <param name="Type">The message type.</param>
/// <param name="Name">With the chain it is in before it.</param>
/// <param name="Size">What says where it ends, in words.</param>
/// <param name="Encoding">How it is encoded.</param>
/// <param name="Semantic">What it means.</param>
/// <param name="Rule">What its value follows from, in words; empty where from nothing.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Evidence">What speaks for it.</param>
public sealed record SessionField(string Type, string Name, string Size, string Encoding, string Semantic, string Rule,
    double Confidence, string Evidence)
{
    /// <summary>A person said so.</summary>
    public bool IsSaid { get; init; }
}

/// <summary>Later traffic beside a model.</summary>
/// <param name="Judged">Messages that count as the model's protocol.</param>
/// <param name="Contradictions">Those it does not read, by what does not hold.</param>
/// <param name="Others">Unknown protocols that are not this one.</param>
public sealed record SessionDifference(int Judged, IReadOnlyList<SessionContradiction> Contradictions,
    IReadOnlyList<string> Others);
